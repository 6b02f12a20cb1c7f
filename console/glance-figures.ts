import type { StatusReport } from "../gateway/operations.ts";
import { formatSpan } from "./format-time.ts";

/** The gateway in figures: what is amiss first, because a phone shows only the first of them. */
export function figuresOf(
  status: StatusReport,
  waiting: number,
): readonly (readonly [name: string, value: string])[] {
  const { adapters } = status;
  const well = adapters.filter(({ state }) => state === "connected").length;
  const { running, starting, interrupting } = status.turns;
  const atWork = running + starting + interrupting;
  const { pending, sending, held } = status.outbox;
  return [
    ...(well < adapters.length
      ? [["networks", `${well} of ${adapters.length} connected`] as const]
      : []),
    ["turns", `${atWork} of ${status.turnLimit}`],
    ["approvals", String(waiting)],
    ["queued", String(status.queued)],
    ["undelivered", String(pending + sending + held)],
    ["up", formatSpan(status.upMs)],
  ];
}
