import type { Session } from "../../sessions/machine/state.ts";
import type { TurnId } from "../../sessions/ids.ts";
import type { InboundMessage } from "../../sessions/message.ts";
import type { Core } from "../core.ts";
import { sinceLastAnswer } from "../resume/note-for.ts";

/** Transcript entries; in more than these somebody has spoken. */
const LOOK_BACK = 1000;

/**
 * What was asked for by a turn. One that went on by itself has no message: its people spoke before it. Null: a
 * message is no longer kept, so nobody knows.
 */
export async function askedFor(
  core: Core,
  { id }: Pick<Session, "id">,
  turn: TurnId,
): Promise<readonly InboundMessage[] | null> {
  const { items } = await core.engine.papers(turn);
  if (items.length > 0) return items.map(({ message }) => message);
  const entries = sinceLastAnswer(await core.engine.transcript(id, LOOK_BACK));
  const asked: InboundMessage[] = [];
  for (const { body } of entries) {
    if (body.kind !== "user") continue;
    const item = await core.engine.message(body.message);
    if (item === null) return null;
    asked.push(item.message);
  }
  return asked;
}

/** Whether all who asked for it may still talk; a turn that nobody asked for may not run. */
export function mayRun(core: Core, asked: readonly InboundMessage[] | null): boolean {
  return (
    asked !== null && asked.length > 0 && asked.every((message) => core.access.isAllowed(message))
  );
}
