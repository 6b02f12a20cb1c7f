import { describe, expect, it } from "vitest";

import { growingAnswer } from "../../../console/chat/growing-answer.ts";
import { wholeSince } from "../../../console/chat/whole-answers.ts";
import { PERSON, shown } from "./shown.ts";

const entries = (...messages: readonly ReturnType<typeof shown>[]) =>
  messages.map((message) => ({ message, version: message.seq }));

describe("the answer that is being written", () => {
  const said = shown(5, { from: PERSON });

  it("is the latest of the agent's that changed since it went to work", () => {
    const all = entries(shown(4), said, shown(6));
    expect(growingAnswer(all, { isAtWork: true, since: 5 })).toBe("m6");
    expect(growingAnswer(all, { isAtWork: false, since: 5 })).toBeNull();
    expect(growingAnswer(entries(shown(4), said), { isAtWork: true, since: 5 })).toBeNull();
  });

  it("is no notice and no question", () => {
    const notice = shown(7, { text: "🔄 Restarting soon." });
    const question = shown(8, { buttons: [[{ label: "Allow", data: "a" }]] });
    const all = entries(shown(6), notice, question);
    expect(growingAnswer(all, { isAtWork: true, since: 5 })).toBe("m6");
  });
});

describe("what is told to those who hear the page", () => {
  it("is each answer once, when it is whole", () => {
    const all = entries(shown(1), shown(2, { from: PERSON }), shown(3, { text: "**half**" }));
    expect(wholeSince(all, { after: 1, growing: "m3" })).toEqual({ text: "", until: 2 });
    expect(wholeSince(all, { after: 2, growing: null })).toEqual({ text: "Agent: half", until: 3 });
    expect(wholeSince(all, { after: 3, growing: null })).toEqual({ text: "", until: 3 });
  });

  it("is short", () => {
    const all = entries(shown(1, { text: "word ".repeat(5000) }));
    expect(wholeSince(all, { after: 0, growing: null }).text.length).toBeLessThan(700);
  });
});
