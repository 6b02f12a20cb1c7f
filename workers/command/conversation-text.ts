import type { TranscriptEntry } from "../../sessions/transcript.ts";
import type { TurnAttachment, WorkerTurn } from "../worker.ts";

/** What a program that knows nothing of turns reads: earlier entries if it is to have them, the restart note, the messages. */
export function conversationText(turn: WorkerTurn, history: number): string {
  const before = history === 0 ? [] : turn.transcript.slice(-history).flatMap(lineOf);
  const messages = turn.messages.map(({ text, attachments }) =>
    [text, ...attachments.map(fileLine)].filter((part) => part !== "").join("\n"),
  );
  const now = [...(turn.note === null ? [] : [turn.note.text]), ...messages];
  // A detached approval brings no message: the one that asked is in the transcript.
  if (messages.length === 0) now.push(lastWords(turn));
  const parts =
    before.length === 0
      ? now
      : ["[earlier in this conversation]", ...before, "[the message to answer]", ...now];
  return `${parts.join("\n\n")}\n`;
}

function lineOf({ body }: TranscriptEntry): string[] {
  switch (body.kind) {
    case "user":
      return [`${body.sender.name}: ${body.text}`];
    case "assistant":
      return [`you${body.partial ? " (cut short)" : ""}: ${body.text}`];
    case "tool":
      return [`tool ${body.name}(${body.input}), ${body.state}: ${body.result ?? "no result"}`];
    case "note":
      return [];
  }
}

function fileLine({ name, kind, path, problem }: TurnAttachment): string {
  return `[attached: ${name || kind}, ${path ?? `not here: ${problem ?? "nobody says why"}`}]`;
}

function lastWords(turn: WorkerTurn): string {
  const body = turn.transcript.findLast((entry) => entry.body.kind === "user")?.body;
  return body?.kind === "user" ? body.text : "";
}
