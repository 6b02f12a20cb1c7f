import { join } from "node:path";

import type { TurnId } from "../../sessions/ids.ts";
import type { InboxItem } from "../../sessions/rows.ts";
import type { TurnAttachment, TurnMessage } from "../../workers/worker.ts";
import type { Core } from "../core.ts";
import type { LiveTurn } from "../turns/live-turn.ts";
import { fetchAttachment } from "./fetch-attachment.ts";
import { attachmentsPlace } from "./places.ts";
import { attachmentName } from "./safe-name.ts";
import { tellNotTaken } from "./tell-not-taken.ts";

/** Messages of a turn whose files are fetched side by side. */
const SIDE_BY_SIDE = 4;

/** Fetches what came with the messages of a turn, before a worker sees them: the time of a start is not counted. */
export async function fetchForTurn(core: Core, live: LiveTurn): Promise<void> {
  const { items } = live.papers;
  if (items.every(({ message }) => message.attachments.length === 0)) return;
  live.isFetching = true;
  const messages = [...live.input.messages];
  const waiting = [...items.entries()];
  async function next(): Promise<void> {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const [index, item] = one;
      const message = messages[index];
      if (message === undefined || live.abort.signal.aborted) return;
      messages[index] = await withFiles(core, live, { item, message });
    }
  }
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, next));
  live.input = { ...live.input, messages };
  live.isFetching = false;
  live.startedAt = core.clock.monotonic();
}

/** A message with its files, as far as they could be fetched; its writer is told what could not. */
export async function withFiles(
  core: Core,
  place: { readonly turn: TurnId; readonly generation: number; readonly abort: AbortController },
  given: { readonly item: InboxItem; readonly message: TurnMessage },
): Promise<TurnMessage> {
  const { item, message } = given;
  if (message.attachments.length === 0) return message;
  const { signal } = place.abort;
  const directory = attachmentsPlace(core, place.turn, item.id);
  const adapter = core.networks.adapter(item.message.address);
  const attachments: TurnAttachment[] = [];
  for (const [index, attachment] of item.message.attachments.entries()) {
    const file = join(directory, `${index + 1}-${attachmentName(attachment)}`);
    const wanted = { attachment, adapter, file, generation: place.generation };
    attachments.push(await fetchAttachment(core, wanted, signal));
  }
  if (!signal.aborted) await tellNotTaken(core, item, attachments);
  return { ...message, attachments };
}
