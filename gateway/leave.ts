import { hostname } from "node:os";

import { textOf } from "../sessions/errors.ts";
import { endBoot } from "./boot/life.ts";
import type { Core } from "./core.ts";
import { writeMarker } from "./instance/clean-shutdown.ts";
import type { DrainReport } from "./operations.ts";

/** Of a planned end: 0 is over, 75 asks to be started again. What a failure exits with, its error tells. */
export type ExitCode = 0 | 75;

/** The marker is the last word, and only of a gateway that cut nothing and left nothing unsettled. */
export async function leave(
  core: Core,
  report: DrainReport,
): Promise<{ readonly exitCode: ExitCode }> {
  const { engine, log, boot, settings, clock } = core;
  const open = await engine.openTurns();
  const sending = await engine.outbox({ states: ["sending", "draft"], after: 0, limit: 1 });
  const wasSettled =
    !report.timedOut &&
    open.every((turn) => turn.phase === "awaiting_input") &&
    sending.length === 0;
  const why = report.then === "restart" ? "restart" : "stop";
  let isSettled = wasSettled;
  try {
    await endBoot(core, isSettled ? "clean" : "planned");
    await engine.close();
    if (isSettled) {
      await writeMarker(settings.stateDir, { boot, at: clock.now(), why, host: hostname() });
      core.probe("marker_written");
    }
  } catch (error) {
    // A full disk is no reason to be started again after a stop; without a marker the next boot looks for itself.
    isSettled = false;
    log.error({ error: textOf(error) }, "the end is not stored");
  }
  log.info({ why, clean: isSettled, cut: report.cut.length }, "gateway stopped");
  return { exitCode: report.then === "restart" ? 75 : 0 };
}
