import type { TurnAttachment, TurnMessage, WorkerTurn } from "../worker.ts";

/** How a program in `session` mode is told of a turn. */
export function turnFrame(turn: WorkerTurn, cursor: unknown): object {
  return {
    type: "turn",
    turn: turn.turn,
    attempt: turn.attempt,
    note: turn.note?.text ?? null,
    messages: turn.messages.map(toMessage),
    /** Entries that a `history` frame would bring. */
    entries: turn.transcript.length,
    cursor: cursor ?? null,
  };
}

function toMessage({ text, sender, attachments, sentAt }: TurnMessage): object {
  return {
    text,
    sender: { id: sender.id, name: sender.name },
    sentAt,
    attachments: attachments.map(toFile),
  };
}

/** Without what names it in the network. */
function toFile({ kind, name, mime, size, path, problem }: TurnAttachment): object {
  return { kind, name, mime, size, path, problem };
}

/** The transcript, oldest first. */
export function historyFrame(turn: WorkerTurn, last: number): object {
  const entries = turn.transcript.slice(-last).map(({ at, body }) => {
    switch (body.kind) {
      case "user":
        return { at, kind: body.kind, text: body.text, sender: body.sender };
      case "assistant":
        return { at, kind: body.kind, text: body.text, partial: body.partial };
      case "tool": {
        const { kind, name, input, state, result } = body;
        return { at, kind, name, input, state, result };
      }
      case "note":
        return { at, kind: body.kind, text: body.text };
    }
  });
  return { type: "history", turn: turn.turn, entries };
}
