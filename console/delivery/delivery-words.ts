import type { DeadLetter } from "../../gateway/operations.ts";
import type { Fate } from "../../gateway/fate.ts";
import type { Address } from "../../sessions/message.ts";
import type { OutboxPurpose, StoredOutboxRow } from "../../sessions/rows.ts";
import type { Tone } from "../status-words.ts";
import { lengthWords } from "../timeline/words.ts";

/** What the delivery view says. */

const NETWORK_STATES: Readonly<Record<string, { readonly word: string; readonly tone: Tone }>> = {
  connected: { word: "connected", tone: "good" },
  connecting: { word: "connecting", tone: "info" },
  retrying: { word: "trying again", tone: "warn" },
  failed: { word: "failed", tone: "bad" },
  disconnected: { word: "disconnected", tone: "" },
};

export function networkState(state: string): { readonly word: string; readonly tone: Tone } {
  return NETWORK_STATES[state] ?? { word: state, tone: "" };
}

export const PURPOSES: Readonly<Record<OutboxPurpose, string>> = {
  reply: "answer",
  notice: "notice",
  command: "answer to a command",
  request: "question to a person",
};

/** Where a reply is on its way. */
export function replyState(
  { state, dueAt, attempts }: StoredOutboxRow,
  now: number,
): { readonly word: string; readonly tone: Tone } {
  switch (state) {
    case "draft":
      return { word: "being written", tone: "info" };
    case "held":
      return { word: "held for the next start", tone: "" };
    case "pending":
      if (dueAt > now) return { word: `again in ${lengthWords(dueAt - now)}`, tone: "warn" };
      return { word: attempts > 0 ? "about to be sent again" : "about to be sent", tone: "info" };
    case "sending":
      return { word: "being sent", tone: "info" };
    case "sent":
      return { word: "sent", tone: "good" };
    case "dead":
      return { word: "given up", tone: "bad" };
    case "dropped":
      return { word: "dropped", tone: "" };
  }
}

export const UNCERTAIN =
  "An earlier try may have arrived: the network did not say. It is sent again with a word about that, or held, as configured.";

export function addressWords({ network, account, chat, thread }: Address): string {
  const place = account === "main" ? network : `${network} ${account}`;
  return thread === null ? `${chat} (${place})` : `${chat}, thread ${thread} (${place})`;
}

/** What was given up, in a word. */
export function letterWords(letter: DeadLetter): string {
  return letter.kind === "message" ? "message that was not answered" : "reply that was not sent";
}

export function letterText(letter: DeadLetter): string {
  return letter.kind === "message" ? letter.item.message.text : letter.row.message.text;
}

export function letterPlace(letter: DeadLetter): string {
  return addressWords(letter.kind === "message" ? letter.item.message.address : letter.row.address);
}

/** What trying again can do that nobody wants; null = nothing. */
export function retryRisk(letter: DeadLetter): string | null {
  if (letter.kind === "message") return null;
  return letter.row.uncertain
    ? "It may have arrived before: whoever reads it may see it twice."
    : null;
}

const WHERE: Readonly<Record<Fate["at"], string>> = {
  queued: "It is queued",
  starting: "A worker is being started for it",
  running: "It is being answered",
  awaiting_approval: "Its turn waits for a person to approve something",
  interrupting: "Its turn is being stopped",
  answered: "It was answered",
  interrupted: "Its turn was cut short, and is to be continued",
  cancelled: "Its turn was cancelled",
  failed: "Its turn failed",
  dead: "It was given up",
  handled: "It was handled: a command or a button",
};

const REPLIES: Readonly<Record<Fate["reply"], string | null>> = {
  none: null,
  pending: "the reply is on its way",
  sent: "the reply was sent",
  dead: "the reply could not be sent and was given up",
};

/** Where a message is on its way, in a sentence. */
export function fateSentence({ at, behind, reply, why }: Fate): string {
  const queued =
    behind === 0
      ? "and is the next one"
      : `behind ${behind === 1 ? "one other" : `${behind} others`}`;
  const where = at === "queued" ? `${WHERE.queued} ${queued}` : WHERE[at];
  const words = [where, REPLIES[reply], why === null ? null : `because: ${why}`];
  return `${words.filter((part) => part !== null).join("; ")}.`;
}
