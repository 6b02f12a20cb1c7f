import type { DrainReport, StatusReport } from "../../gateway/operations.ts";

export type OfferedDrain = "restart" | "restart_now" | "drain" | "undrain" | "let_go";

/** What can be asked of a gateway in this state; the first is what most will want. */
export function offeredDrains(
  status: StatusReport | null,
  drain: DrainReport | null,
): readonly OfferedDrain[] {
  if (status === null) return [];
  const isDraining = drain !== null && drain.phase !== "cancelled";
  if (isDraining) {
    const canCallOff =
      drain.phase === "waiting" || (drain.phase === "drained" && drain.then === "stay");
    // A drain that leaves is not hurried by a second one; a drain that stays may be followed by a restart.
    const canLeave = drain.then === "stay" ? (["restart", "restart_now"] as const) : [];
    return [...(canCallOff ? (["undrain"] as const) : []), ...canLeave];
  }
  const held = status.held === null ? [] : (["let_go"] as const);
  return [...held, "restart", "drain", "restart_now"];
}
