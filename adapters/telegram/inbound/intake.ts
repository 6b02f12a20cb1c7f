import { textOf } from "../../../sessions/errors.ts";
import type { Clock } from "../../../sessions/clock.ts";
import type { InboundMessage } from "../../../sessions/message.ts";
import type { AdapterHost, Receipt } from "../../adapter.ts";
import type { Log } from "../../log.ts";
import type { Aliases } from "../aliases.ts";
import type { BotIdentity } from "../bot-identity.ts";
import type { LatestInbound } from "../latest-inbound.ts";
import { createAlbums } from "./albums.ts";
import type { Attendance } from "./attendance.ts";
import type { Groups } from "./listening.ts";
import { parseUpdate } from "./parse-update.ts";
import type { ParsedUpdate, UpdateReading } from "./parse-update.ts";
import { updateIdOf } from "./update-shape.ts";

/** Where updates become the gateway's, however they came. */
export interface Intake {
  /**
   * Resolves when all that is ours in them is stored, and the rest looked at: Telegram may be told so. Rejects when
   * nothing was stored.
   */
  take(updates: readonly unknown[]): Promise<void>;
}

export interface IntakeParts extends Groups {
  readonly network: string;
  readonly account: string;
  readonly bot: BotIdentity;
  readonly host: Pick<AdapterHost, "accept" | "fate" | "unreadable">;
  readonly aliases: Aliases;
  readonly attendance: Attendance;
  readonly latest: LatestInbound;
  /** Ends the wait that a button shows. Never rejects. */
  readonly answerPress: (query: string, words: string | null) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

type Taken = Extract<ParsedUpdate, { readonly message: InboundMessage }>;

export function createIntake(parts: IntakeParts): Intake {
  const { host, attendance, latest, answerPress, log } = parts;
  const about = { network: parts.network, account: parts.account };
  const albums = createAlbums();
  const passedOver = new Set<string>();

  return {
    async take(updates) {
      const ids = updates.map(updateIdOf).filter((id) => id !== null);
      const keyed = await attendance.present(ids);
      const reading = { ...parts, albums, now: parts.clock.now() };
      const taken: Taken[] = [];
      for (const update of updates) {
        const parsed = parse(update, reading);
        const one = parsed === null ? null : await takenOf(parsed, taken);
        if (one !== null) taken.push(one);
      }
      const messages = taken.map(({ message }) => message);
      if (messages.length === 0 && keyed.length === 0) return;
      const receipts = await host.accept(messages, keyed);
      for (const [index, one] of taken.entries()) {
        latest.note(one.message);
        const receipt = receipts[index];
        if (one.kind === "press") void answerPress(one.query, wordsOf(receipt));
      }
    },
  };

  /** One that cannot be read would not be read better later: it must not keep the others from us. */
  function parse(update: unknown, reading: UpdateReading): ParsedUpdate | null {
    try {
      return parseUpdate(update, reading);
    } catch (thrown) {
      const found = { ...about, update: updateIdOf(update), error: textOf(thrown) };
      log.warn(found, "update passed over: it cannot be read");
      host.unreadable();
      return null;
    }
  }

  async function takenOf(parsed: ParsedUpdate, before: readonly Taken[]): Promise<Taken | null> {
    switch (parsed.kind) {
      case "message":
      case "press":
        return parsed;
      case "change":
        return (await isKnown(parsed.message.edits ?? "", before)) ? parsed : null;
      case "migration":
        await parts.aliases.learn(parsed.old, parsed.now);
        log.info({ ...about, old: parsed.old, now: parsed.now }, "chat became a supergroup");
        return null;
      case "membership":
        log.info({ ...about, chat: parsed.chat, status: parsed.status }, "place in a chat changed");
        return null;
      case "ignored":
        // Once for each reason: in a busy group this is most of what comes.
        if (!passedOver.has(parsed.reason)) {
          passedOver.add(parsed.reason);
          log.info({ ...about, reason: parsed.reason }, "updates passed over");
        }
        return null;
    }
  }

  async function isKnown(original: string, before: readonly Taken[]): Promise<boolean> {
    if (before.some(({ message }) => message.externalId === original)) return true;
    return (await host.fate(original)) !== null;
  }
}

/** A full queue is told in the chat. */
function wordsOf(receipt: Receipt | undefined): string | null {
  return receipt?.outcome === "rejected" ? receipt.reason : null;
}
