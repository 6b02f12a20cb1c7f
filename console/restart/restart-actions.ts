import { h } from "preact";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type {
  DrainReport,
  DrainRequest,
  RestartPlan,
  StatusReport,
} from "../../gateway/operations.ts";
import { toFault } from "../api.ts";
import type { Api } from "../api.ts";
import { ConfirmDialog } from "../confirm-dialog.ts";
import type { Confirmation } from "../confirm-dialog.ts";
import { offeredDrains } from "./offered-drains.ts";
import { planSentence, worstCaseSentence } from "./plan-words.ts";
import { KeyList } from "./turn-list.ts";

const BY = "console";

/** Restart, drain and what takes them back; only what applies now. */
export function RestartActions({
  api,
  plan,
  status,
  drain,
  onAsked,
}: {
  readonly api: Api;
  readonly plan: RestartPlan | null;
  readonly status: StatusReport | null;
  readonly drain: DrainReport | null;
  readonly onAsked: () => void;
}): ComponentChildren {
  const [asking, setAsking] = useState<Confirmation | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const [fault, setFault] = useState("");
  const offered = offeredDrains(status, drain);

  const send = async (path: string, body?: DrainRequest): Promise<void> => {
    setIsBusy(true);
    setFault("");
    try {
      await api.post(path, body);
    } catch (thrown) {
      const { message, advice } = toFault(thrown);
      setFault(`${message}: ${advice}`);
    } finally {
      setIsBusy(false);
      onAsked();
    }
  };
  const begin = (then: DrainRequest["then"], timeoutMs: number | null): void =>
    void send("/api/v1/drain", { then, timeoutMs, by: BY, worker: null });
  const atWork = plan === null ? [] : [...plan.waitFor, ...plan.wouldCut].map(({ key }) => key);
  const button = (label: string, kind: string, act: () => void): ComponentChildren =>
    h(
      "button",
      { key: label, type: "button", class: `button ${kind}`, disabled: isBusy, onClick: act },
      label,
    );

  const buttons: Readonly<Record<(typeof offered)[number], () => ComponentChildren>> = {
    restart: () =>
      button("Restart…", drain === null ? "primary" : "", () =>
        setAsking({
          title: "Restart the gateway?",
          content: plan !== null && [
            h("p", null, planSentence(plan)),
            h("p", { class: "muted" }, worstCaseSentence(plan)),
          ],
          act: "Restart",
          tone: "primary",
          onConfirm: () => begin("restart", null),
        }),
      ),
    drain: () => button("Drain and stay", "", () => begin("stay", null)),
    restart_now: () =>
      button("Restart now…", "danger", () =>
        setAsking({
          title: "Restart without waiting?",
          content:
            atWork.length === 0
              ? h("p", null, "Nothing runs: nobody would be cut.")
              : [
                  h(
                    "p",
                    null,
                    "What runs is cut in the middle, and continued, with a note to the agent, after the restart:",
                  ),
                  h(KeyList, { keys: atWork }),
                ],
          act: atWork.length === 0 ? "Restart now" : "Cut and restart",
          tone: "danger",
          onConfirm: () => begin("restart", 0),
        }),
      ),
    undrain: () => button("Undrain", "primary", () => void send("/api/v1/undrain")),
    let_go: () => button("Let messages flow", "primary", () => void send("/api/v1/undrain")),
  };
  return h(
    "div",
    { class: "restart-actions" },
    h(
      "div",
      { class: "actions" },
      offered.map((each) => buttons[each]()),
    ),
    h("p", { class: "fault", role: "alert" }, fault),
    h(ConfirmDialog, { asking, onClose: () => setAsking(null) }),
  );
}
