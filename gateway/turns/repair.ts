import type { Core } from "../core.ts";
import type { Change, Writes } from "../dispatch.ts";
import { keptFiles } from "../files/kept-files.ts";
import { wholeAnswer } from "../files/whole-answer.ts";
import { answerAddress } from "./answer-rows.ts";
import { endWrites } from "./settle.ts";
import { settleEntries } from "./record.ts";

/** What a turn of a dead boot left in the journal, settled by the change that recovers it. */
export async function repairWrites(core: Core, change: Change): Promise<Writes> {
  const turn = change.before.turn;
  if (turn === null) return {};
  const papers = await core.engine.papers(turn.id);
  const wasStopped = turn.phase === "interrupting";
  const draft = papers.outbox.find((row) => row.state === "draft") ?? null;
  const text = papers.entries
    .flatMap(({ body }) => (body.kind === "assistant" ? [body.text.trim()] : []))
    .join("\n\n");
  const hasEnded = change.after.turn?.id !== turn.id;
  const address = answerAddress(change, { papers, draft });
  return endWrites(core, change, {
    papers,
    files: hasEnded ? await keptFiles(core, turn.id) : [],
    remarks: [],
    refused: [],
    usage: "",
    whole:
      hasEnded && address !== null
        ? await wholeAnswer(core, { turn: turn.id, address, text })
        : null,
    transcript: settleEntries(papers.entries, wasStopped ? "cancelled" : "interrupted"),
    text,
    hasNext: (await core.engine.queue(change.before.key, 1)).length > 0,
    draft,
  });
}
