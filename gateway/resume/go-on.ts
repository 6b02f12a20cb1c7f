import type { SessionKey } from "../../sessions/ids.ts";
import { statusOf } from "../../sessions/machine/state.ts";
import type { Core } from "../core.ts";
import type { Desk } from "../dispatch.ts";
import { beginAuto } from "../turns/begin.ts";
import type { Runner } from "../turns/runner.ts";

/** An operator lets a conversation that was cut go on now; a suspended one is released first. False: it was not cut. */
export async function goOn(
  core: Core,
  { desk, runner }: { readonly desk: Desk; readonly runner: Pick<Runner, "staged"> },
  key: SessionKey,
): Promise<boolean> {
  if ((await core.engine.session(key)) === null) return false;
  const status = statusOf(await desk.read(key));
  if (status === "suspended") {
    const released = await desk.apply(key, { command: { type: "resume", past: null } });
    if (released.outcome !== "applied") return false;
  } else if (status !== "resume_pending") return false;
  core.log.info({ session: key }, "an operator lets it go on");
  return beginAuto(core, desk, runner.staged, key);
}
