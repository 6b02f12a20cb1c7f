import { textOf } from "../../sessions/errors.ts";
import { requestIdShape } from "../../sessions/stored/id-shape.ts";
import type { Pairing } from "../access/pairing.ts";
import type { Admission } from "../admission.ts";
import type { Core } from "../core.ts";
import type { Desk } from "../dispatch.ts";
import type { Drain } from "../drain/drain.ts";
import type { Notices } from "../notices/notices.ts";
import type { DrainRequest } from "../operations.ts";
import { answerRequest, answerWords } from "../requests.ts";
import { beginAuto } from "../turns/begin.ts";
import type { Runner } from "../turns/runner.ts";
import type { CommandHooks } from "./command.ts";

interface HookParts {
  readonly core: Core;
  readonly desk: Desk;
  readonly runner: Runner;
  readonly notices: Notices;
  readonly admission: Admission;
  readonly pairing: Pairing;
  isDraining(): boolean;
  isLeaving(): boolean;
  drain(request: DrainRequest): Drain;
}

/** What chat commands reach in the rest of the gateway. */
export function commandHooks(parts: HookParts): CommandHooks {
  const { core, desk, runner, notices } = parts;
  const office = { core, desk, lives: runner.live };
  return {
    isDraining: parts.isDraining,
    isLeaving: parts.isLeaving,
    async restart(item) {
      await notices.owe(item.message.address).catch((error: unknown) => {
        core.log.warn({ session: item.key, error: textOf(error) }, "restart notice not owed");
      });
      const by = `${item.message.sender.name} in ${item.key}`;
      parts.drain({ then: "restart", timeoutMs: null, by, worker: null });
    },
    async answer(request, decision, by) {
      const id = requestIdShape.safeParse(request);
      const report = id.success
        ? await answerRequest(office, id.data, { decision, by })
        : ({ outcome: "unknown" } as const);
      return { words: answerWords(core, report, decision), counts: report.outcome === "answered" };
    },
    approve: (code, approval) => parts.pairing.approve(code, approval),
    async continueTurn(item) {
      try {
        return await beginAuto(core, desk, runner.staged, item.key);
      } catch (error) {
        core.log.error({ session: item.key, error: textOf(error) }, "continuation did not begin");
        return false;
      }
    },
    wake: (key) => parts.admission.wake(key),
    queued: (session) => core.engine.queue(session.key, core.settings.turns.queueLimit),
  };
}
