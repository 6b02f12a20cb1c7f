import type { SessionReport, SessionSummary } from "../../gateway/operations.ts";
import type { TranscriptEntry } from "../../sessions/transcript.ts";
import { count, formatSpan } from "./span.ts";
import { formatTable } from "./table.ts";

export function sessionsTable(sessions: readonly SessionSummary[], now: number): string {
  return formatTable([
    ["SESSION", "STATUS", "TURNS", "CUTS", "QUEUED", "LAST"],
    ...sessions.map((session) => [
      session.key,
      session.status,
      String(session.turns),
      String(session.cuts),
      String(session.queued),
      `${formatSpan(now - session.touchedAt)} ago`,
    ]),
  ]);
}

export function sessionLines(session: SessionReport, now: number): readonly string[] {
  const why = session.why === null ? "" : ` (${session.why})`;
  const rows = [
    ["session", session.key],
    ["status", `${session.status.replaceAll("_", " ")}${why}`],
    [
      "talk",
      `${session.session}, ${count(session.turns, "turn")}, ${count(session.cuts, "cut")} in a row`,
    ],
    ["last", `${formatSpan(now - session.touchedAt)} ago`],
    ["queued", session.queued === 0 ? "nothing" : count(session.queued, "message")],
  ];
  const past = session.past.map((each) => [
    "before",
    `${each.session}, left ${formatSpan(now - each.at)} ago: ${each.why}`,
  ]);
  const queue = session.queue.map((item) => `  ${item.id}  ${oneLine(item.message.text)}`);
  return [
    formatTable([...rows, ...past]),
    ...(queue.length > 0 ? ["", "Queue:", ...queue] : []),
    ...(session.transcript.length > 0 ? ["", "Transcript:"] : []),
    ...session.transcript.map((entry) => `  ${entryLine(entry)}`),
  ];
}

function entryLine({ body }: TranscriptEntry): string {
  switch (body.kind) {
    case "user":
      return `${body.sender.name}: ${oneLine(body.text)}  (${body.message})`;
    case "assistant":
      return `${body.partial ? "agent (cut)" : "agent"}: ${oneLine(body.text)}`;
    case "tool":
      return `tool ${body.name} [${body.state}]: ${oneLine(body.input)}`;
    case "note":
      return `note: ${oneLine(body.text)}`;
  }
}

const WIDTH = 100;

/** Text of people and agents, made harmless for a terminal. */
function oneLine(text: string): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, " ").trim();
  return plain.length > WIDTH ? `${plain.slice(0, WIDTH - 1)}…` : plain;
}
