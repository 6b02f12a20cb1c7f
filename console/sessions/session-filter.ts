import { h } from "preact";
import type { ComponentChildren } from "preact";
import { GROUPS, GROUP_TITLES } from "./session-groups.ts";
import type { GroupName, Grouped, Wanted } from "./session-groups.ts";

/** What of the sessions is shown. */
export function SessionFilter({
  wanted,
  counts,
  isWhole,
  isAlone,
  onWant,
}: {
  readonly wanted: Wanted;
  readonly counts: Grouped["counts"];
  readonly isWhole: boolean;
  /** No session is open beside the list: the list is what the page is about. */
  readonly isAlone: boolean;
  readonly onWant: (wanted: Wanted) => void;
}): ComponentChildren {
  const all = counts.active + counts.idle + counts.suspended;
  const choice = (group: GroupName | null, title: string, count: number): ComponentChildren =>
    h(
      "button",
      {
        key: title,
        type: "button",
        class: "choice",
        "aria-pressed": wanted.group === group ? "true" : "false",
        onClick: () => onWant({ ...wanted, group }),
      },
      title,
      " ",
      h("span", { class: "choice-count" }, count.toLocaleString("en")),
    );
  return h(
    "div",
    { class: "sessions-filter" },
    h(
      "div",
      { class: "sessions-title" },
      h(isAlone ? "h1" : "h2", null, "Sessions"),
      h("span", { class: "muted", role: "status" }, isWhole ? "" : "loading…"),
    ),
    h("input", {
      type: "search",
      class: "field",
      placeholder: "Filter by key or status",
      "aria-label": "Filter by key or status",
      spellcheck: false,
      autocomplete: "off",
      value: wanted.text,
      onInput: ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) =>
        onWant({ ...wanted, text: currentTarget.value }),
    }),
    h(
      "div",
      { class: "choices", role: "group", "aria-label": "Groups" },
      choice(null, "All", all),
      GROUPS.map((group) => choice(group, GROUP_TITLES[group], counts[group])),
    ),
  );
}
