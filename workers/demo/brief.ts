import type { TranscriptEntry } from "../../sessions/transcript.ts";
import type { TurnAttachment, TurnMessage, WorkerTurn } from "../worker.ts";
import type { Brief, BriefFile } from "./order.ts";
import { nameOf } from "./seen-files.ts";

export function toBrief(turn: WorkerTurn): Brief {
  const texts = turn.messages.map((message) => message.text);
  // A detached approval brings no message: the one that asked is in the transcript.
  if (texts.length === 0) texts.push(lastUserText(turn.transcript));
  const wantsHistory = /^\s*history\b/i.test(texts[0] ?? "");
  return {
    attempt: turn.attempt,
    texts,
    attachments: turn.messages.flatMap(({ attachments }) => attachments.map(toBriefFile)),
    note: turn.note,
    entries: turn.transcript.length,
    history: wantsHistory ? turn.transcript.map(formatEntry) : [],
    grants: turn.grants.map((grant) => grant.fingerprint),
  };
}

function toBriefFile({ kind, name, size, path, problem }: TurnAttachment): BriefFile {
  return { kind, name, size, path, problem };
}

/** Words that are steered in, with the names of what came with them. */
export function toSteering({ text, attachments }: TurnMessage): string {
  const names = attachments.map((one) => `[${nameOf(one)}]`);
  return [text, ...names].filter((part) => part !== "").join(" ");
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
