import { describe, expect, it } from "vitest";

import type { Replay } from "../../../workers/acp/replay.ts";
import { createReplay } from "../../../workers/acp/replay.ts";
import { createFakeClock } from "../../fakes/fake-clock.ts";

function chunk(who: "user" | "agent", text: string, messageId?: string): Record<string, unknown> {
  const content = { type: "text", text };
  return { sessionUpdate: `${who}_message_chunk`, content, messageId };
}

function replayOf(...updates: readonly Record<string, unknown>[]): Replay {
  const replay = createReplay(createFakeClock());
  for (const update of updates) replay.update(update);
  return replay;
}

describe("what an agent repeats of a session", () => {
  it("is counted in messages of people, pieces of one as one", () => {
    const replay = replayOf(
      chunk("user", "al"),
      chunk("user", "pha"),
      chunk("agent", "yes"),
      { sessionUpdate: "tool_call", toolCallId: "1" },
      chunk("agent", "and more"),
      chunk("user", "beta", "m1"),
      chunk("user", "gamma", "m2"),
      { sessionUpdate: "available_commands_update" },
      chunk("user", " delta", "m2"),
    );
    expect(replay.messages()).toBe(3);
    expect(replay.lastAsked()).toBe("gamma delta");
  });

  it("is counted in answers where it holds no questions", () => {
    const replay = replayOf(chunk("agent", "a", "1"), chunk("agent", "b", "2"));
    expect(replay.messages()).toBe(2);
    expect(replay.lastAsked()).toBeNull();
    expect(replayOf().messages()).toBe(0);
  });

  it("[W07] is over when it was quiet for long enough, and at the latest after five seconds", async () => {
    const clock = createFakeClock();
    const replay = createReplay(clock);
    const over: string[] = [];
    void replay.quiet(300).then(() => over.push("first"));
    await clock.advance(200);
    replay.update(chunk("agent", "late"));
    await clock.advance(299);
    expect(over).toEqual([]);
    await clock.advance(1);
    expect(over).toEqual(["first"]);

    void replay.quiet(300).then(() => over.push("second"));
    for (let ms = 0; ms < 4900; ms += 100) {
      await clock.advance(100);
      replay.update(chunk("agent", "endless"));
    }
    expect(over).toEqual(["first"]);
    await clock.advance(100);
    expect(over).toEqual(["first", "second"]);
  });
});
