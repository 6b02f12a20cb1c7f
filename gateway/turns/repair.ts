import type { Core } from "../core.ts";
import type { Change, Writes } from "../dispatch.ts";
import { endWrites } from "./settle.ts";
import { settleEntries } from "./record.ts";

/** What a turn of a dead boot left in the journal, settled by the change that recovers it. */
export async function repairWrites(core: Core, change: Change): Promise<Writes> {
  const turn = change.before.turn;
  if (turn === null) return {};
  const papers = await core.engine.papers(turn.id);
  const wasStopped = turn.phase === "interrupting";
  return endWrites(core, change, {
    papers,
    transcript: settleEntries(papers.entries, wasStopped ? "cancelled" : "interrupted"),
    text: papers.entries
      .flatMap(({ body }) => (body.kind === "assistant" ? [body.text.trim()] : []))
      .join("\n\n"),
    hasNext: (await core.engine.queue(change.before.key, 1)).length > 0,
    draft: papers.outbox.find((row) => row.state === "draft") ?? null,
  });
}
