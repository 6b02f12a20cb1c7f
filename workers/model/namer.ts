import type { Sender } from "../../sessions/message.ts";
import type { WorkerTurn } from "../worker.ts";

interface Words {
  readonly text: string;
  readonly sender: Sender;
}

/** The words of a person, with the name before them where more than one person speaks in the conversation. */
export function namer(turn: WorkerTurn): (words: Words) => string {
  const senders = new Set([
    ...turn.messages.map(({ sender }) => sender.id),
    ...turn.transcript.flatMap(({ body }) => (body.kind === "user" ? [body.sender.id] : [])),
  ]);
  return ({ text, sender }) => (senders.size > 1 ? `${sender.name}: ${text}` : text);
}
