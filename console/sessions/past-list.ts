import { h } from "preact";
import type { ComponentChildren } from "preact";
import type { SessionReport } from "../../gateway/operations.ts";
import { formatAbsolute, formatRelative } from "../format-time.ts";
import { useNow } from "../use-live.ts";

const WHY: Readonly<Record<string, string>> = {
  new: "left for a new one",
  suspended: "left after it was suspended",
  resumed_other: "left for another one that was resumed",
};

/** Earlier conversations of the same chat. */
export function PastList({ past }: { readonly past: SessionReport["past"] }): ComponentChildren {
  const now = useNow(30_000);
  if (past.length === 0) return null;
  return h(
    "section",
    { class: "card session-part" },
    h("h2", null, `Past conversations · ${past.length}`),
    h("p", { class: "muted past-where" }, "What was said in them is in the export."),
    h(
      "ul",
      { class: "past" },
      past.map(({ session, why, at }) =>
        h(
          "li",
          { key: session },
          h("span", { class: "mono" }, session),
          h("span", { class: "muted" }, WHY[why] ?? why.replaceAll("_", " ")),
          h("time", { class: "muted", title: formatAbsolute(at) }, formatRelative(at, now)),
        ),
      ),
    ),
  );
}
