import { h } from "preact";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { DrainReport, RestartPlan } from "../../gateway/operations.ts";
import type { Timeline } from "../../gateway/report/timeline.ts";
import { toFault } from "../api.ts";
import { useLive } from "../use-live.ts";
import { usePolled } from "../use-polled.ts";
import type { ViewProps } from "../view.ts";
import { AftermathCard } from "./aftermath-card.ts";
import { aftermathOf, isUnsettled } from "./aftermath.ts";
import { AwayCard } from "./away-card.ts";
import { DrainCard } from "./drain-card.ts";
import { PlanCard } from "./plan-card.ts";
import { RestartActions } from "./restart-actions.ts";

const PLAN_MS = 1500;
const DRAIN_MS = 400;
/** While somebody who was cut can still go on, and after that. */
const OPEN_MS = 3000;
const SETTLED_MS = 30_000;

/** What a restart would do, what one does, and what the last one did. */
export function RestartView({ api, live }: ViewProps): ComponentChildren {
  const { connection, status } = useLive(live);
  const isAway = connection.at === "lost";
  const isKnown = status?.drain != null && status.drain.phase !== "cancelled";
  const polled = usePolled<{ readonly drain: DrainReport | null }>(
    api,
    "/api/v1/drain",
    isKnown ? DRAIN_MS : PLAN_MS,
  );
  const reported = polled.fault === null ? (polled.answer?.drain ?? null) : null;
  const drain = reported?.phase === "cancelled" ? null : reported;
  const isDraining = drain !== null;
  const isThere = !isAway && polled.fault === null;
  const plan = usePolled<RestartPlan>(api, isThere && !isDraining ? "/api/v1/plan" : null, PLAN_MS);
  const [isOpen, setIsOpen] = useState(true);
  const past = usePolled<Timeline>(
    api,
    isThere ? "/api/v1/timeline" : null,
    isOpen ? OPEN_MS : SETTLED_MS,
  );
  const aftermath = past.answer === null ? null : aftermathOf(past.answer);
  const canChange = aftermath === null || aftermath.cut.some(isUnsettled);
  if (past.answer !== null && canChange !== isOpen) setIsOpen(canChange);
  const [fault, setFault] = useState("");
  const goOn = async (key: string): Promise<void> => {
    setFault("");
    try {
      await api.post(`/api/v1/sessions/${encodeURIComponent(key)}/resume`);
      past.refresh();
    } catch (thrown) {
      const { message, advice } = toFault(thrown);
      setFault(`${message}: ${advice}`);
    }
  };
  // What was asked of it last tells why it is away.
  const last = useRef<DrainReport | null>(null);
  if (reported !== null) last.current = reported;
  useEffect(() => {
    last.current = null;
  }, [status?.boot]);

  return h(
    "section",
    { class: "view restart" },
    h(
      "div",
      { class: "view-head" },
      h("h1", null, "Restart"),
      !isAway &&
        h(RestartActions, {
          api,
          plan: plan.answer,
          status,
          drain,
          onAsked() {
            polled.refresh();
            live.refresh();
          },
        }),
    ),
    status?.held != null &&
      !isAway &&
      h(
        "p",
        { class: "notice warn" },
        `Messages are held back: ${status.held}. Once it is mended, let them flow.`,
      ),
    isAway && h(AwayCard, { since: connection.since, last: last.current }),
    !isAway && drain !== null && h(DrainCard, { drain }),
    !isAway && drain === null && plan.answer !== null && h(PlanCard, { plan: plan.answer }),
    !isAway &&
      aftermath !== null &&
      past.answer !== null &&
      h(AftermathCard, {
        aftermath,
        now: past.answer.now,
        onContinue: (key: string) => void goOn(key),
      }),
    h("p", { class: "fault", role: "alert" }, fault),
  );
}
