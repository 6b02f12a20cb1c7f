import type { TranscriptEntry } from "../../sessions/transcript.ts";
import type { WorkerTurn } from "../worker.ts";
import type { Brief } from "./order.ts";

export function toBrief(turn: WorkerTurn): Brief {
  const texts = turn.messages.map((message) => message.text);
  // A detached approval brings no message: the one that asked is in the transcript.
  if (texts.length === 0) texts.push(lastUserText(turn.transcript));
  const wantsHistory = /^\s*history\b/i.test(texts[0] ?? "");
  return {
    attempt: turn.attempt,
    texts,
    attachments: turn.messages.reduce((sum, { attachments }) => sum + attachments.length, 0),
    note: turn.note,
    entries: turn.transcript.length,
    history: wantsHistory ? turn.transcript.map(formatEntry) : [],
    grants: turn.grants.map((grant) => grant.fingerprint),
  };
}

function lastUserText(transcript: readonly TranscriptEntry[]): string {
  const body = transcript.findLast((entry) => entry.body.kind === "user")?.body;
  return body?.kind === "user" ? body.text : "";
}

function formatEntry({ body }: TranscriptEntry): string {
  switch (body.kind) {
    case "user":
      return `user: ${body.text}`;
    case "assistant":
      return `assistant${body.partial ? " (partial)" : ""}: ${body.text}`;
    case "tool":
      return `tool: ${body.name}(${body.input}) ${body.state}: ${body.result ?? "no result"}`;
    case "note":
      return `note (${body.cause}): ${body.text}`;
  }
}
