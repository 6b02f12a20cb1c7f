import { Routes, ThreadAutoArchiveDuration } from "discord-api-types/v10";

import type { Address } from "../../../sessions/message.ts";
import { apiMessage } from "./answer.ts";
import { codeOf, toFailure } from "./failure.ts";
import type { Failure } from "./failure.ts";
import type { OutboundParts } from "./parts.ts";
import { UNKNOWN_CHANNEL, refusalOf } from "./refusal.ts";

/**
 * [E12] A thread that is started from a message has that message's id. So a conversation can be named after its
 * thread before there is one, and the thread is made when something is first to be said in it.
 */
export interface Threads {
  /** Where to speak: the thread, or its channel where a thread may not be made. */
  channelOf(address: Address): string;
  /** Called when the channel of `channelOf` is not there. Null: it, or another place, is there now. */
  open(address: Address, signal?: AbortSignal): Promise<Failure | null>;
}

const LONGEST_NAME = 80;
/** Channels in which no thread may be made are asked again after so many. */
const REMEMBERED = 1000;

export function createThreads(parts: OutboundParts): Threads {
  const { client, options } = parts;
  const barred = new Set<string>();
  const opening = new Map<string, Promise<Failure | null>>();

  async function start(
    { chat, thread }: { readonly chat: string; readonly thread: string },
    signal: AbortSignal | undefined,
  ): Promise<Failure | null> {
    const body = {
      name: await nameFor({ chat, thread }, signal),
      auto_archive_duration: ThreadAutoArchiveDuration.OneDay,
    };
    try {
      await client.rest.post(Routes.threads(chat, thread), { body, signal });
      return null;
    } catch (thrown) {
      const failure = toFailure(thrown, parts);
      const code = codeOf(thrown);
      if (code === ALREADY_STARTED) return null;
      // A thread is started once, however often it is asked for.
      if (failure.outcome === "unknown") return { ...failure, outcome: "not_sent" };
      if (code === null || !BARRED.has(code)) return failure;
      options.log.warn(
        { channel: chat, ...failure },
        "no thread can be opened: answered in the channel",
      );
      if (barred.size >= REMEMBERED) barred.clear();
      barred.add(thread);
      return null;
    }
  }

  async function nameFor(
    { chat, thread }: { readonly chat: string; readonly thread: string },
    signal: AbortSignal | undefined,
  ): Promise<string> {
    try {
      const question = apiMessage.parse(
        await client.rest.get(Routes.channelMessage(chat, thread), { signal }),
      );
      return toName(question.content);
    } catch {
      return toName("");
    }
  }

  return {
    channelOf: ({ chat, thread }) => (thread === null || barred.has(thread) ? chat : thread),

    open({ chat, thread }, signal) {
      if (!options.openThreads || thread === null || barred.has(thread)) {
        return Promise.resolve(GONE);
      }
      const known = opening.get(thread);
      if (known !== undefined) return known;
      const opened = start({ chat, thread }, signal).finally(() => opening.delete(thread));
      opening.set(thread, opened);
      return opened;
    },
  };
}

const GONE: Failure = { outcome: "refused", reason: refusalOf(UNKNOWN_CHANNEL, "") };
const ALREADY_STARTED = 160_004;
/** No permission, no access, wrong kind of channel, too many threads: the channel itself may still be spoken in. */
const BARRED: ReadonlySet<number> = new Set([50_013, 50_001, 50_024, 160_006, 160_007]);

function toName(question: string): string {
  const words = question
    .replaceAll(/<[@#][!&]?\d+>/g, " ")
    .replaceAll(/[`*_~|#>]/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
  if (words === "") return "Conversation";
  if (words.length <= LONGEST_NAME) return words;
  return `${words
    .slice(0, LONGEST_NAME - 1)
    .replace(/[\uD800-\uDBFF]$/, "")
    .trimEnd()}…`;
}
