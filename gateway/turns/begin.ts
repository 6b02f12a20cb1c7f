import type { SessionId, SessionKey, TurnId } from "../../sessions/ids.ts";
import type { TurnOrigin } from "../../sessions/machine/events.ts";
import type { InboxChange, InboxItem, OutboxRow } from "../../sessions/rows.ts";
import type { TranscriptEntry } from "../../sessions/transcript.ts";
import type { RestartNote } from "../../workers/worker.ts";
import type { Core } from "../core.ts";
import { composeRow } from "../deliver/compose.ts";
import type { Change, Desk, Proposal, Writes } from "../dispatch.ts";
import { addressOf } from "../networks.ts";
import { noteFor } from "../resume/note-for.ts";
import { workerFor } from "../routes.ts";
import type { Origin } from "../routes.ts";
import { tellHowToAnswer } from "./answer-first.ts";
import { batchOf, lookAhead } from "./batch.ts";
import { turnInput } from "./turn-input.ts";
import type { StagedTurns } from "./runner.ts";
import { setAside } from "./set-aside.ts";

/**
 * Begins the next turn of a session, if a message waits and none runs. Adoption is one write: the turn, its
 * transcript entries and its messages. False: nothing to begin.
 */
export async function beginTurn(
  core: Core,
  desk: Desk,
  staged: StagedTurns,
  key: SessionKey,
): Promise<boolean> {
  const session = await desk.read(key);
  if (session.turn !== null) {
    if (session.turn.phase === "awaiting_input") await tellHowToAnswer(core, key, session.turn);
    return false;
  }
  const [first] = await core.engine.queue(key, 1);
  if (first === undefined) return false;
  const settings = core.networks.settings(first.message.address.network);
  const joining = {
    mode: session.settings.mode ?? settings?.mode ?? "queue",
    burstMs: burstMs(core, first),
  };
  const ahead = lookAhead(first, joining);
  const queued = ahead > 1 ? await core.engine.queue(key, ahead) : [first];
  const fit = await setAside(core, queued);
  if (fit.length < queued.length && fit.length === 0) return beginTurn(core, desk, staged, key);
  const items = batchOf(fit, joining);
  if (items.length === 0) return false;
  return admit(core, desk, staged, { key, items, origin: "message" });
}

/** The `auto` policy: the cut conversation continues by itself. */
export async function beginAuto(
  core: Core,
  desk: Desk,
  staged: StagedTurns,
  key: SessionKey,
): Promise<boolean> {
  return admit(core, desk, staged, { key, items: [], origin: "auto" });
}

function burstMs(core: Core, item: InboxItem): number {
  const { address } = item.message;
  return (
    core.networks.settings(address.network)?.burstMs ?? core.networks.capabilities(address).burstMs
  );
}

/** How long a turn waits for more of the same before it begins: a burst, or the other parts of an album. */
export function patienceMs(core: Core, item: InboxItem): number {
  const { album, address } = item.message;
  const albumMs = album === null ? 0 : core.networks.capabilities(address).albumMs;
  return Math.max(burstMs(core, item), albumMs);
}

interface Beginning {
  readonly key: SessionKey;
  readonly items: readonly InboxItem[];
  readonly origin: TurnOrigin;
}

async function admit(
  core: Core,
  desk: Desk,
  staged: StagedTurns,
  { key, items, origin }: Beginning,
): Promise<boolean> {
  const turn = core.ids.turn();
  const fresh = core.ids.session();
  const from = await originOf(core, desk, { key, items });
  const admission: Proposal = {
    command: (session) => ({
      type: "admit",
      turn,
      owner: core.boot,
      fence: core.fence,
      origin,
      fresh,
      worker: workerFor(core.settings, session, from),
    }),
    async writes(change) {
      const transcript = await core.engine.transcript(
        change.after.id,
        core.settings.turns.transcriptLast,
      );
      const note = await noteFor(core, change, transcript);
      staged.set(turn, {
        // As they will be once this is stored: an end settles what its turn had adopted.
        items: items.map((item) => ({ ...item, state: "adopted", turn })),
        input: turnInput(core, {
          session: change.after.id,
          turn,
          items,
          note,
          isAuto: origin === "auto",
          transcript,
        }),
      });
      return adoption(core, change, { turn, items, note });
    },
  };
  const applied = await desk.apply(key, admission).catch((error: unknown) => {
    staged.delete(turn);
    throw error;
  });
  if (applied.outcome === "refused") staged.delete(turn);
  core.log.info(
    { session: key, turn, messages: items.length, outcome: applied.outcome, origin },
    "admission decided",
  );
  return applied.outcome === "applied";
}

/** Of a turn that goes on by itself: who wrote last. */
async function originOf(
  core: Core,
  desk: Desk,
  { key, items }: Pick<Beginning, "key" | "items">,
): Promise<Origin> {
  const [first] = items;
  if (first !== undefined) {
    return { address: first.message.address, user: first.message.sender.id };
  }
  const address = addressOf(key);
  if (core.settings.routes.length === 0) return { address, user: null };
  const { id } = await desk.read(key);
  const said = await core.engine.transcript(id, core.settings.turns.transcriptLast);
  const last = said.findLast(({ body }) => body.kind === "user")?.body;
  return { address, user: last?.kind === "user" ? last.sender.id : null };
}

function adoption(
  core: Core,
  change: Change,
  begun: { turn: TurnId; items: readonly InboxItem[]; note: RestartNote | null },
): Writes {
  const { turn, items, note } = begun;
  return {
    inbox: items.map((item): InboxChange => ({
      id: item.id,
      from: "queued",
      to: "adopted",
      turn,
      reason: null,
      text: item.message.text,
    })),
    transcript: openingEntries(change.after, change.at, begun).map((entry) => ({
      op: "put",
      entry,
    })),
    outbox: note === null ? cleanSlate(core, change, items) : [],
  };
}

/** The transcript of a turn begins with its messages, in order, and the note it was given. */
function openingEntries(
  session: { readonly id: SessionId },
  at: number,
  begun: { turn: TurnId; items: readonly InboxItem[]; note: RestartNote | null },
): readonly TranscriptEntry[] {
  const { turn, items, note } = begun;
  const entry = (index: number, body: TranscriptEntry["body"]): TranscriptEntry => ({
    session: session.id,
    turn,
    id: `${turn}:${index}`,
    at,
    body,
  });
  return [
    ...items.map(({ id, message }, index) => {
      const { text, sender, attachments, sentAt } = message;
      return entry(index, { kind: "user", text, sender, message: id, attachments, sentAt });
    }),
    ...(note === null ? [] : [entry(items.length, { kind: "note", ...note })]),
  ];
}

/** After a suspension people are told that the conversation starts afresh. */
function cleanSlate(core: Core, change: Change, items: readonly InboxItem[]): readonly OutboxRow[] {
  const first = items[0];
  const isSuspension = change.events.some(
    (event) => event.type === "session_renewed" && event.why === "suspended",
  );
  if (!isSuspension || first === undefined) return [];
  return [
    composeRow({
      id: core.ids.outbox(),
      at: change.at,
      address: first.message.address,
      key: change.after.key,
      purpose: "notice",
      text: core.texts.say("clean_slate"),
    }),
  ];
}
