import { h } from "preact";
import type { ComponentChildren } from "preact";
import type { RestartPlan } from "../../gateway/operations.ts";
import { keptSentence, planSentence, worstCaseSentence } from "./plan-words.ts";
import { KeyList, TurnList } from "./turn-list.ts";

/** What a restart would do now. */
export function PlanCard({ plan }: { readonly plan: RestartPlan }): ComponentChildren {
  const kept = keptSentence(plan);
  return h(
    "section",
    { class: "card plan", "aria-labelledby": "plan-title" },
    h("h2", { id: "plan-title" }, "If it were restarted now"),
    h("p", { class: "plan-main" }, planSentence(plan)),
    h("p", { class: "muted" }, worstCaseSentence(plan)),
    plan.waitFor.length > 0 && [
      h("h3", null, "It would wait for"),
      h(TurnList, { turns: plan.waitFor }),
    ],
    plan.wouldCut.length > 0 && [
      h("h3", null, "It would cut at once, as they have been silent for too long"),
      h(TurnList, { turns: plan.wouldCut }),
    ],
    plan.requeue.length > 0 && [
      h("h3", null, "Has not begun: back to the queue if it does not begin in time"),
      h(KeyList, { keys: plan.requeue }),
    ],
    plan.leftAlone.length > 0 && [
      h("h3", null, "Waits for a person, before and after it"),
      h(KeyList, { keys: plan.leftAlone }),
    ],
    kept !== null && h("p", { class: "muted" }, kept),
  );
}
