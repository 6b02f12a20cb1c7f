import { h } from "preact";
import type { ComponentChildren } from "preact";
import type { SessionReport } from "../../gateway/operations.ts";
import { formatAbsolute, formatRelative } from "../format-time.ts";
import { placeWords, splitKey } from "../session-place.ts";
import { StatusBadge } from "../status-badge.ts";
import { useNow } from "../use-live.ts";
import { whyWords } from "./why-words.ts";

export function SessionHead({ report }: { readonly report: SessionReport }): ComponentChildren {
  const { key, status, why, worker, turns, cuts, queued, session, touchedAt } = report;
  const now = useNow(5000);
  const where = splitKey(key);
  const reason = whyWords(status, why);
  const facts: readonly (readonly [string, ComponentChildren])[] = [
    ["worker", h("bdi", null, worker)],
    ["turns", turns],
    ["cut in a row", cuts],
    ["queued", queued],
    ["touched", h("time", { title: formatAbsolute(touchedAt) }, formatRelative(touchedAt, now))],
    ["conversation", h("span", { class: "mono" }, session)],
  ];
  return h(
    "header",
    { class: "session-head" },
    h(
      "div",
      { class: "session-heading-line" },
      h("h1", null, h("bdi", null, where.chat)),
      h("span", { role: "status" }, h(StatusBadge, { status })),
    ),
    h("p", { class: "muted" }, h("bdi", null, placeWords(where))),
    reason !== "" && h("p", { class: "session-why" }, reason),
    h(
      "dl",
      { class: "facts" },
      facts.map(([name, value]) =>
        h("div", { key: name }, h("dt", null, name), h("dd", null, value)),
      ),
    ),
  );
}
