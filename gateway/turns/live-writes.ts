import type { OutboxRow } from "../../sessions/rows.ts";
import type { Core } from "../core.ts";
import type { Change, Writes } from "../dispatch.ts";
import { wholeAnswer } from "../files/whole-answer.ts";
import type { LiveTurn } from "./live-turn.ts";
import { endWrites } from "./settle.ts";
import { usageLine } from "./usage-line.ts";

/** What this change leaves of a live turn: memory knows more than the last checkpoint. */
export async function liveWrites(core: Core, live: LiveTurn, change: Change): Promise<Writes> {
  const finished = change.events.find((event) => event.type === "turn_finished");
  const isLate = change.before.turn === null;
  const hasEnded = change.after.turn?.id !== live.turn;
  const draft = hasEnded ? await live.stream.end() : null;
  // Requests are written by others too: who answered, and where they are shown.
  const hasRequests = change.before.turn?.phase === "awaiting_input";
  const papers = isLate || hasRequests ? await core.engine.papers(live.turn) : live.papers;
  const told = isLate ? (papers.outbox.find(isText) ?? null) : null;
  const text = live.record.text();
  const { address, turn, files, remarks, refused } = live;
  const writes = endWrites(core, change, {
    papers,
    files,
    remarks,
    refused,
    usage: usageOf(core, live),
    whole: hasEnded ? await wholeAnswer(core, { turn, address, text }) : null,
    transcript: hasEnded ? live.record.settle(finished?.outcome ?? "interrupted", change.at) : [],
    text,
    hasNext: hasEnded && (await core.engine.queue(live.key, 1)).length > 0,
    // The cut was told on this message; what it told is replaced by the answer.
    draft: isLate ? told : draft,
  });
  // It may be on its way just now: where it arrived must not be forgotten.
  return told === null
    ? writes
    : { ...writes, outboxFrom: [{ id: told.id, states: [told.state] }] };
}

function usageOf(core: Core, { usage, workerName }: LiveTurn): string {
  const isWanted = core.settings.workers[workerName]?.usage === true;
  return isWanted && usage !== null ? usageLine(core.texts, usage) : "";
}

function isText({ purpose, message }: OutboxRow): boolean {
  return purpose === "reply" && message.file === null;
}
