import { textOf } from "../../sessions/errors.ts";
import type { InboxItem, OutboxRow } from "../../sessions/rows.ts";
import type { Core } from "../core.ts";
import { composeRow } from "../deliver/compose.ts";
import { textParts } from "../deliver/parts.ts";
import type { Desk, Writes } from "../dispatch.ts";
import type { LiveTurns } from "../turns/live-turn.ts";
import { together, turnWrites } from "../turns/leave.ts";
import type { CommandHooks, CommandResult } from "./command.ts";
import { changeWords } from "./change-words.ts";
import { press } from "./press.ts";
import { commandNamed, parseCommand } from "./registry.ts";
import { commandOfPress, hindranceOf } from "./rights.ts";

interface Office {
  readonly core: Core;
  readonly desk: Desk;
  readonly lives: LiveTurns;
  readonly hooks: CommandHooks;
}

/** What was stored and not done, by an earlier boot or during a drain. One that fails keeps no other waiting. */
export async function performPending(office: Office): Promise<void> {
  for (const item of await office.core.engine.pendingCommands()) {
    await performCommand(office, item).catch((error: unknown) => {
      const about = { session: item.key, message: item.id, error: textOf(error) };
      office.core.log.error(about, "command left for the next boot");
    });
  }
}

/** Does a stored command or press, once: its answer, its effect on the session and its being done are one write. */
export async function performCommand(office: Office, item: InboxItem): Promise<void> {
  const { core, desk } = office;
  try {
    await perform(office, item);
  } catch (error) {
    core.log.error({ session: item.key, message: item.id, error: textOf(error) }, "command failed");
    await desk.read(item.key);
    const said = core.texts.say("turn_failed", { error: textOf(error) });
    await core.engine.commit(done(core, item, said));
  }
}

async function perform(office: Office, item: InboxItem): Promise<void> {
  const { core, desk, lives } = office;
  if (!core.access.isAllowed(item.message)) {
    // Since it was stored, that person was removed.
    core.log.info({ session: item.key, message: item.id }, "message dropped: not allowed");
    await core.engine.commit({
      inbox: [{ id: item.id, from: "queued", to: "done", turn: null, reason: "unauthorised" }],
    });
    return;
  }
  if (item.kind === "edit") return changeWords(core, item, office.hooks.wake);
  const result = await resultOf(office, item);
  if ("later" in result) {
    await core.engine.commit({ outbox: answerRows(core, item, result.later) });
    return;
  }
  if ("between" in result) {
    await desk.between(item.key, async () => {
      const { say, writes } = await result.between();
      await core.engine.commit(together(writes, done(core, item, say)));
    });
    return;
  }
  if ("own" in result) return result.own((say) => done(core, item, say));
  if ("say" in result) {
    const committed = await core.engine.commit(done(core, item, result.say));
    if (committed.outcome === "committed") result.afterwards?.();
    return;
  }
  const { command, applied, refused } = result;
  const outcome = await desk.apply(item.key, {
    command,
    writes: async (change) =>
      together(await turnWrites(core, lives, change), done(core, item, applied)),
  });
  if (outcome.outcome === "refused") {
    await core.engine.commit(done(core, item, refused(outcome.why)));
  }
}

async function resultOf(office: Office, item: InboxItem): Promise<CommandResult> {
  const { core, desk } = office;
  const session = await desk.read(item.key);
  const parsed = item.kind === "press" ? null : parseCommand(item.message.text);
  const command = item.kind === "press" ? commandNamed(commandOfPress(item)) : parsed?.command;
  const hindrance = command == null ? null : hindranceOf(core, item, command);
  if (hindrance !== null) {
    const about = { session: item.key, command: command?.name, user: item.message.sender.id };
    core.log.info(about, "command refused");
    return { say: hindrance };
  }
  if (item.kind === "press") return press({ ...office, item, session, words: "" });
  if (parsed === null) return { say: core.texts.say("stop_nothing") };
  core.log.info({ session: item.key, command: parsed.command.name }, "command");
  return parsed.command.run({ ...office, item, session, words: parsed.words });
}

/** Fenced when it was done before: then nothing is said again. */
function done(core: Core, item: InboxItem, text: string): Writes {
  return {
    inbox: [{ id: item.id, from: "queued", to: "done", turn: null, reason: "handled" }],
    outbox: text === "" ? [] : answerRows(core, item, text),
  };
}

function answerRows(core: Core, item: InboxItem, text: string): readonly OutboxRow[] {
  const { address, externalId } = item.message;
  return textParts(core, address, text).map((part, index) =>
    composeRow({
      id: core.ids.outbox(),
      at: core.clock.now(),
      address,
      key: item.key,
      purpose: "command",
      text: part,
      replyTo: item.kind === "press" || index > 0 ? null : externalId,
    }),
  );
}
