import type { WorkerEvent } from "../../workers/worker.ts";
import type { Core } from "../core.ts";
import type { LiveTurn } from "../turns/live-turn.ts";
import { findGrant, grantsOf } from "./grants.ts";

/** What becomes of a question of an agent before a person sees it. */
export type Verdict =
  | { readonly outcome: "ask" }
  | { readonly outcome: "allow"; readonly by: "policy" | "grant" }
  | { readonly outcome: "deny"; readonly by: "policy" };

/** The policy of its worker for this kind of tool; then what a person allowed for good. */
export async function verdictOn(
  core: Core,
  live: Pick<LiveTurn, "key" | "workerName">,
  { kind = "other", fingerprint }: Extract<WorkerEvent, { type: "ask" }>,
): Promise<Verdict> {
  const policy = core.settings.workers[live.workerName]?.approve;
  const said = policy?.[kind] ?? "ask";
  if (said !== "ask") return { outcome: said, by: "policy" };
  if (!mayAlways(core, live.workerName, fingerprint)) return { outcome: "ask" };
  const grants = await grantsOf(core, live.key);
  const grant = findGrant(grants, { worker: live.workerName, fingerprint });
  return grant === undefined ? { outcome: "ask" } : { outcome: "allow", by: "grant" };
}

/** Whether a question of this worker may be allowed for good. */
export function mayAlways(core: Core, worker: string, fingerprint: string): boolean {
  return core.settings.workers[worker]?.approve.always === true && fingerprint !== "";
}
