import { textOf } from "../sessions/errors.ts";
import type { SessionKey } from "../sessions/ids.ts";
import type { InboxItem } from "../sessions/rows.ts";
import type { Pairing } from "./access/pairing.ts";
import type { Admission } from "./admission.ts";
import { performCommand } from "./commands/perform.ts";
import type { CommandHooks } from "./commands/command.ts";
import { chatMenu, parseCommand } from "./commands/registry.ts";
import type { Core } from "./core.ts";
import type { Desk } from "./dispatch.ts";
import type { InboundEars } from "./inbound.ts";
import type { Metrics } from "./metrics/metrics.ts";
import type { Notices } from "./notices/notices.ts";
import { patienceMs } from "./turns/begin.ts";
import { turnWrites } from "./turns/leave.ts";
import { steer } from "./turns/steer.ts";
import type { Runner } from "./turns/runner.ts";

interface EarParts {
  readonly core: Core;
  readonly desk: Desk;
  readonly runner: Runner;
  readonly admission: Admission;
  readonly metrics: Metrics;
  readonly notices: Notices;
  readonly pairing: Pairing;
  readonly hooks: CommandHooks;
}

/** What happens with a message after it is stored. All of it could happen as well after the next boot. */
export function createEars(parts: EarParts): InboundEars {
  const { core, desk, runner, admission, notices, hooks } = parts;
  /** Of each session, the commands under way: what was said after one finds it done. */
  const commands = new Map<SessionKey, Promise<void>>();

  function stored(item: InboxItem): void {
    void heed(item).catch((error: unknown) => {
      core.log.error(
        { session: item.key, message: item.id, error: textOf(error) },
        "message not heeded",
      );
    });
  }

  async function heed(item: InboxItem): Promise<void> {
    const before = commands.get(item.key);
    if (item.kind !== "turn") return performInOrder(item, before);
    if (before !== undefined) await before;
    if (hooks.isDraining()) {
      core.log.info({ session: item.key, message: item.id, decision: "saved" }, "message stored");
      // Nothing begins now; should the drain be called off, this does.
      admission.wake(item.key);
      await notices.saved(item.message.address);
      return;
    }
    const patience = patienceMs(core, item);
    if (patience > 0) admission.hold(item.key, patience);
    else admission.wake(item.key);
    if (desk.active().has(item.key)) await meetRunningTurn(item);
  }

  async function performInOrder(item: InboxItem, before: Promise<void> | undefined): Promise<void> {
    const perform = () => performCommand({ core, desk, lives: runner.live, hooks }, item);
    const work = before === undefined ? perform() : before.then(perform, perform);
    const tail = work.catch(() => undefined);
    commands.set(item.key, tail);
    await work.finally(() => {
      if (commands.get(item.key) === tail) commands.delete(item.key);
    });
  }

  async function meetRunningTurn(item: InboxItem): Promise<void> {
    const session = desk.active().get(item.key);
    const settings = core.networks.settings(item.message.address.network);
    const mode = session?.settings.mode ?? settings?.mode ?? "queue";
    core.log.info(
      { session: item.key, message: item.id, decision: mode },
      "message stored behind a turn",
    );
    switch (mode) {
      case "queue":
      case "collect":
        return;
      case "steer":
        // Not taken: its turn may have ended meanwhile, and nothing else would wake it.
        if (!(await steer(core, desk, runner.live, item))) admission.wake(item.key);
        return;
      case "interrupt":
        await desk.apply(item.key, {
          command: (now) =>
            // Its own turn may have begun meanwhile.
            now.turn === null || now.turn.startedAt >= item.receivedAt
              ? null
              : { type: "stop", stop: "newer_message" },
          writes: (change) => turnWrites(core, runner.live, change),
        });
    }
  }

  return {
    isCommand: (text) => parseCommand(text) !== null,
    unreadable: (network) => parts.metrics.unreadable(network),
    menu: (network) => chatMenu(core, network),
    stranger: (message) => void parts.pairing.knock(message),
    stored,
  };
}
