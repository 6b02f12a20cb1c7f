import { h } from "preact";
import type { ComponentChildren } from "preact";
import type { StatusReport } from "../../gateway/operations.ts";
import { networkState } from "./delivery-words.ts";

export function NetworksList({
  adapters,
}: {
  readonly adapters: StatusReport["adapters"];
}): ComponentChildren {
  return h(
    "section",
    { class: "card", "aria-labelledby": "networks-title" },
    h("h2", { id: "networks-title" }, "Networks"),
    adapters.length === 0 && h("p", { class: "muted" }, "No network is configured."),
    h(
      "ul",
      { class: "networks" },
      adapters.map(({ network, account, state, reason }) => {
        const { word, tone } = networkState(state);
        return h(
          "li",
          { key: `${network}:${account}` },
          h("strong", null, network),
          h("span", { class: "muted" }, account),
          h("span", { class: `badge ${tone}` }, word),
          reason !== null && h("bdi", { class: "muted" }, reason),
        );
      }),
    ),
  );
}
