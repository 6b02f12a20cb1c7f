import { textOf } from "../../sessions/errors.ts";
import type { SessionId, SessionKey } from "../../sessions/ids.ts";
import type { Conversation } from "../../workers/worker.ts";
import type { Core } from "../core.ts";
import { composeRow } from "../deliver/compose.ts";
import { clipText } from "../deliver/parts.ts";
import { addressOf } from "../networks.ts";
import { allowance } from "./allowance.ts";

/** What agents say outside any turn: shown now and then, several as one, and it begins nothing. */
export interface Asides {
  heard(conversation: Pick<Conversation, "key" | "session">, text: string): void;
  /** What may be shown at this time, monotonic ms. */
  due(now: number): readonly Aside[];
}

export interface Aside {
  readonly key: SessionKey;
  readonly session: SessionId;
  readonly text: string;
}

/** Between two of one session, ms. */
const APART_MS = 60_000;
/** Kept of what waits to be shown, in characters. */
const LONGEST = 4000;

export function createAsides(): Asides {
  const waiting = new Map<SessionKey, { session: SessionId; text: string; notBefore: number }>();
  return {
    heard({ key, session }, text) {
      const before = waiting.get(key);
      // What was said in a conversation that was left meanwhile is not mixed with this one's.
      const said = before?.session === session && before.text !== "" ? `${before.text}\n` : "";
      waiting.set(key, {
        session,
        text: `${said}${text.trim()}`.slice(0, LONGEST),
        notBefore: before?.notBefore ?? 0,
      });
    },
    due(now) {
      const all: Aside[] = [];
      for (const [key, one] of waiting) {
        if (one.notBefore > now) continue;
        if (one.text === "") {
          waiting.delete(key);
          continue;
        }
        all.push({ key, session: one.session, text: one.text });
        waiting.set(key, { ...one, text: "", notBefore: now + APART_MS });
      }
      return all;
    },
  };
}

/** Shows what is due. One that cannot be stored is not tried again: it was said in passing. */
export async function tellAsides(core: Core, asides: Asides): Promise<void> {
  for (const aside of asides.due(core.clock.monotonic())) {
    try {
      const left = await tell(core, aside);
      core.log.info({ session: aside.key, left }, "agent spoke outside a turn");
    } catch (error) {
      core.log.warn({ session: aside.key, error: textOf(error) }, "aside not stored");
    }
  }
}

/** Why it was left out; null = it is shown. */
async function tell(core: Core, { key, session, text }: Aside): Promise<string | null> {
  const present = await core.engine.session(key);
  if (present?.id !== session) return "its conversation was left";
  const address = addressOf(key);
  if (address === null) return "no chat";
  const spend = await allowance(core, address, { count: 1, purse: "asides" });
  if (spend === null) return "no notices there, or too many";
  const shown = composeRow({
    id: core.ids.outbox(),
    at: core.clock.now(),
    address,
    key,
    purpose: "notice",
    text: clipText(core, address, core.texts.say("aside", { text })),
  });
  await core.engine.commit({ outbox: [shown], keyed: [spend] });
  return null;
}
