import type { Chance } from "../../sessions/clock.ts";
import type { InboundMessage } from "../../sessions/message.ts";
import { textOf } from "../../sessions/errors.ts";
import type { OutboxRow } from "../../sessions/rows.ts";
import type { Core } from "../core.ts";
import { composeRow } from "../deliver/compose.ts";
import type { Writes } from "../dispatch.ts";
import { together } from "../turns/leave.ts";
import { hashCode, isCode, makeCode, showCode } from "./code.ts";
import type { AccessChange, Knock, Person } from "./entry.ts";
import { TRIES_MS } from "./entry.ts";
import { sendCode } from "./send-code.ts";

/** How a stranger is let in: writes, is given a code, and somebody vouches for them by it. */
export interface Pairing {
  /** A stranger wrote: answered once, or not at all. Never rejects. */
  knock(message: InboundMessage): Promise<void>;
  approve(code: string, approval: Approval): Promise<PairingReport>;
}

export interface Approval {
  /** Who vouches: wrong codes are counted for each. */
  readonly by: string;
  readonly standing: "user" | "operator";
  /** What is true together with it. */
  readonly also?: (report: PairingReport) => Writes;
}

export type PairingReport =
  | { readonly outcome: "approved"; readonly person: Person }
  /** Wrong, used, or its time is over: nobody is told which. */
  | { readonly outcome: "unknown" }
  | { readonly outcome: "limited"; readonly retryInMs: number };

const CODE_MS = 60 * 60_000;
/** A code that was not sent in this time does not count: its stranger writes again, and gets another. */
const UNSENT_MS = 60_000;
const MOST_KNOCKS = 3;
const MOST_TRIES = 5;

export function createPairing(core: Core, chance: Chance): Pairing {
  const { book } = core.access;
  /** Strangers whose code is being made, by network. */
  const making = new Map<string, Set<string>>();

  function isAnswered({ address: { network }, sender: { id: user }, ...rest }: InboundMessage) {
    if (rest.scope !== "private" || rest.button !== null || rest.edits !== null) return false;
    if (!core.access.isPairing(network)) return false;
    if (book.person(network, user)?.standing === "denied") return false;
    const waiting = new Set(making.get(network));
    for (const one of book.knocks()) if (one.network === network) waiting.add(one.user);
    if (waiting.has(user)) return false;
    if (waiting.size < MOST_KNOCKS) return true;
    core.log.warn({ network, user, waiting: waiting.size }, "no pairing code: too many wait");
    return false;
  }

  async function give(message: InboundMessage): Promise<void> {
    const { address, sender } = message;
    const { network } = address;
    const code = makeCode(chance);
    const at = core.clock.now();
    const expiresAt = at + UNSENT_MS;
    const person = { network, user: sender.id, name: shownName(sender.name) };
    const knock: Knock = { ...person, address, at, expiresAt, ...(await hashCode(code, chance)) };
    await book.inLine(() => store([{ kind: "knock", knock }]));
    const text = core.texts.say("pairing_code", {
      code: showCode(code),
      minutes: Math.round(CODE_MS / 60_000),
    });
    const { outcome } = await sendCode(core, message, text);
    const hasOperator = core.access.people(network).operators.length > 0;
    core.log.info({ network, user: sender.id, outcome, hasOperator }, "pairing code given");
    // It may have arrived.
    if (outcome !== "sent" && outcome !== "unknown") return;
    await book.inLine(async () => {
      // Meanwhile it may have been used, or its person kept out.
      if (!book.knocks().includes(knock)) return;
      await store([{ kind: "knock", knock: { ...knock, expiresAt: at + CODE_MS } }]);
    });
    if (hasOperator) return;
    const advice = "type the code where the gateway runs: sluice access approve CODE --operator";
    core.log.warn({ network, advice }, "somebody asks to be let in, and nobody is an operator");
  }

  async function store(changes: readonly AccessChange[], more: Writes = {}): Promise<void> {
    await core.engine.commit(together({ keyed: book.keyed(changes) }, more));
    book.enter(changes);
  }

  async function find(code: string): Promise<Knock | null> {
    let found: Knock | null = null;
    for (const knock of book.knocks()) if (await isCode(code, knock)) found = knock;
    return found;
  }

  return {
    async knock(message) {
      if (!isAnswered(message)) return;
      const { network } = message.address;
      const here = making.get(network) ?? new Set();
      making.set(network, here.add(message.sender.id));
      try {
        await give(message);
      } catch (error) {
        core.log.error({ network, error: textOf(error) }, "pairing code not given");
      } finally {
        here.delete(message.sender.id);
      }
    },
    approve: (code, { by, standing, also = () => ({}) }) =>
      book.inLine(async () => {
        const now = core.clock.now();
        const before = book.tries(by);
        if (before.length >= MOST_TRIES) {
          const retryInMs = Math.max(0, Math.min(...before) + TRIES_MS - now);
          const report: PairingReport = { outcome: "limited", retryInMs };
          core.log.warn({ by }, "pairing code not looked at: too many wrong ones");
          await store([], also(report));
          return report;
        }
        // Counted before it is looked at: a kill gives none back.
        await store([{ kind: "tries", tries: { by, times: [...before, now] } }]);
        const knock = await find(code);
        if (knock === null) {
          core.log.warn({ by }, "pairing code refused");
          await store([], also({ outcome: "unknown" }));
          return { outcome: "unknown" };
        }
        const { network, user, name } = knock;
        const person: Person = { network, user, name, standing, at: now, by };
        const report: PairingReport = { outcome: "approved", person };
        const changes: readonly AccessChange[] = [
          { kind: "person", person },
          { kind: "knock_gone", network, user },
          { kind: "tries", tries: { by, times: before } },
        ];
        const told: Writes = { outbox: [welcome(core, knock, standing)] };
        await store(changes, together(told, also(report)));
        core.log.info({ network, user, standing, by }, "person let in");
        return report;
      }),
  };
}

/** A stranger chose it, and operators read it in their terminals: no control characters, and not long. */
function shownName(name: string): string {
  return name
    .replaceAll(/\p{C}+/gu, " ")
    .trim()
    .slice(0, 100);
}

/** Said where they knocked. */
export function welcome(core: Core, knock: Knock, standing: "user" | "operator"): OutboxRow {
  return composeRow({
    id: core.ids.outbox(),
    at: core.clock.now(),
    address: knock.address,
    purpose: "notice",
    text: core.texts.say(standing === "operator" ? "paired_operator" : "paired"),
  });
}
