import { expect, it } from "vitest";

import { restartNote } from "../../../gateway/resume/restart-note.ts";
import type { SessionId, TurnId } from "../../../sessions/ids.ts";
import type { Interruption } from "../../../sessions/machine/state.ts";
import type { EntryBody, TranscriptEntry } from "../../../sessions/transcript.ts";

const calm = { entries: [], isAsker: false, isAuto: false, interruption: "crash" } as const;

function entries(...bodies: readonly EntryBody[]): readonly TranscriptEntry[] {
  return bodies.map((body, index) => ({
    session: "ses_1" as SessionId,
    turn: "trn_1" as TurnId,
    id: `trn_1:${index}`,
    at: 0,
    body,
  }));
}

function tool(
  name: string,
  state: Extract<EntryBody, { kind: "tool" }>["state"],
  result: string | null = null,
): EntryBody {
  return { kind: "tool", call: name, name, input: "x", state, result };
}

const CAUSES: readonly [Interruption, string, RegExp][] = [
  ["restart_timeout", "restart", /was restarted while you worked/],
  ["shutdown_timeout", "shutdown", /was shut down while you worked/],
  ["crash", "crash", /crashed or was killed while you worked/],
  ["worker_lost", "worker_lost", /your process went away/],
  ["stalled", "stalled", /no sign of life for too long/],
];

it.each(CAUSES)("a restart note names its cause: %s", (interruption, cause, words) => {
  const note = restartNote({ ...calm, interruption });
  expect(note.cause).toBe(cause);
  expect(note.text).toMatch(words);
});

it("a restart note lists what finished apart from what is in doubt", () => {
  const { text } = restartNote({
    ...calm,
    entries: entries(
      tool("read", "done", "42 lines"),
      tool("write", "failed", "no space"),
      tool("deploy", "open"),
      tool("mail", "unknown"),
      tool("ask", "cancelled"),
    ),
  });
  const [, finished = "", doubtful = ""] =
    /Finished, do not repeat:\n([\s\S]*?)\nInterrupted, outcome unknown[^\n]*\n([\s\S]*?)\nDo not/.exec(
      text,
    ) ?? [];
  expect(finished).toBe("- read(x) → 42 lines\n- write(x) → no space");
  expect(doubtful).toBe("- deploy(x)\n- mail(x)");
});

it("a restart note leaves out lists that would be empty", () => {
  const { text } = restartNote(calm);
  expect(text).not.toMatch(/Finished|outcome unknown/);
});

it("a restart note says whether anything had been said", () => {
  const part: EntryBody = { kind: "assistant", text: "Half", partial: true };
  expect(restartNote(calm).text).toContain("You had not said anything yet.");
  expect(restartNote({ ...calm, entries: entries(part) }).text).toContain("is incomplete");
});

it("a restart note forbids to repeat calls and restart commands", () => {
  expect(restartNote(calm).text).toMatch(/Do not repeat any tool call .* nor any restart command/);
});

it("a restart note tells who asked for the restart that it is done", () => {
  const done = "The restart you asked for is done.";
  expect(restartNote({ ...calm, isAsker: true }).text).toContain(done);
  expect(restartNote(calm).text).not.toContain(done);
});

it("a restart note puts the new message first, and says so when there is none", () => {
  expect(restartNote(calm).text).toContain("Answer the new message first");
  expect(restartNote({ ...calm, isAuto: true }).text).toContain("There is no new message");
});

it("a restart note clips a long result", () => {
  const { text } = restartNote({
    ...calm,
    entries: entries(tool("read", "done", "z".repeat(9000))),
  });
  expect(text.length).toBeLessThan(1500);
});
