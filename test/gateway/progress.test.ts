import { afterEach, describe, expect, it } from "vitest";

import { createCatalogue } from "../../gateway/notices/catalogue.ts";
import { createProgress } from "../../gateway/turns/progress.ts";
import { usageLine } from "../../gateway/turns/usage-line.ts";
import type { ToolKind, WorkerEvent } from "../../workers/worker.ts";
import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

let world: World | null = null;
afterEach(async () => {
  await world?.close();
  world = null;
});

async function begin(options: WorldOptions = {}) {
  const made = await createWorld(options);
  world = made;
  await made.boot();
  await made.network.say("c1", "hello");
  await made.clock.advance(10);
  const turn = made.turn();
  turn.accept();
  return {
    world: made,
    turn,
    texts: () => made.network.texts("c1"),
    async says(...events: readonly WorkerEvent[]) {
      turn.say(...events);
      await made.clock.advance(1000);
    },
  };
}

function tool(call: string, kind: ToolKind, input: string): WorkerEvent {
  return { type: "tool_started", call, name: "Tool", input, kind };
}
const ended = (call: string): WorkerEvent => ({
  type: "tool_ended",
  call,
  state: "done",
  result: "",
});
const DONE: WorkerEvent = { type: "completed", reason: "end_turn" };

describe("what an agent does while it answers", () => {
  it("is one line under the answer, edited, and gone at its end", async () => {
    const { says, texts, world: at } = await begin();
    await says(tool("1", "read", "src/a.ts"));
    expect(texts()).toEqual(["🔧 1 tool · reading src/a.ts"]);
    await says(ended("1"), { type: "delta", text: "I have read it." });
    expect(texts()).toEqual(["I have read it.\n\n🔧 1 tool"]);
    await says(
      tool("2", "edit", '{"path":"src/b.ts","text":"x"}'),
      tool("3", "execute", "npm test"),
    );
    expect(texts()).toEqual(["I have read it.\n\n🔧 3 tools · running npm test"]);
    await says(ended("3"));
    expect(texts()).toEqual(["I have read it.\n\n🔧 3 tools · changing src/b.ts"]);
    await says({ type: "delta", text: "Done." }, DONE);
    expect(texts()).toEqual(["I have read it.\n\nDone."]);
    const said = await at.now().core.engine.transcript((await at.session()).id, 100);
    expect(JSON.stringify(said)).not.toContain("🔧");
  });

  it("is not shown where the network's people do not want it", async () => {
    const { says, texts } = await begin({ network: { progress: "off" } });
    await says(tool("1", "read", "src/a.ts"));
    expect(texts()).toEqual([]);
    await says({ type: "delta", text: "Half" }, tool("2", "read", "src/a.ts"));
    expect(texts()).toEqual(["Half"]);
  });

  it("is gone when the turn is cut, and after a kill", async () => {
    const { says, texts, world: at } = await begin();
    await says(tool("1", "read", "src/a.ts"), { type: "delta", text: "Half" });
    at.kill();
    await at.boot();
    await at.clock.advance(1000);
    expect(texts()).toHaveLength(1);
    expect(texts()[0]).toMatch(/^Half\n\n⏸/);
  });

  it.each([
    [[DONE], "(The agent finished without saying anything.)"],
    [[{ type: "cancelled" }] as const, "⏹ The agent ended this turn."],
  ])("that was all there was to see becomes the word of its end", async (events, word) => {
    const { says, texts } = await begin();
    await says(tool("1", "read", "src/a.ts"));
    await says(...events);
    expect(texts()).toEqual([word]);
  });

  it("stands outside a code block that is being written, and fits with a long answer", async () => {
    const { says, texts } = await begin({ capabilities: { textLimit: 300 } });
    await says({ type: "delta", text: "```ts\nconst a = 3;" }, tool("1", "read", "a.ts"));
    expect(texts()).toEqual(["```ts\nconst a = 3;\n```\n\n🔧 1 tool · reading a.ts"]);
    await says({ type: "delta", text: "\n```\n" + "word ".repeat(100) });
    expect(texts()[0]).toMatch(/word\n\n🔧 1 tool · reading a\.ts$/);
    expect(texts()[0]?.length).toBeLessThanOrEqual(300);
  });

  it("shows the plan by its running step", () => {
    const progress = createProgress(createCatalogue("en", {}));
    progress.planned([
      { text: "look", state: "done" },
      { text: "change it", state: "running" },
      { text: "test", state: "pending" },
    ]);
    expect(progress.line()).toBe("📋 1/3 · change it");
    progress.toolStarted("1", { name: "Bash", input: "ls" });
    expect(progress.line()).toBe("📋 1/3 · change it · 🔧 1 tool · Bash");
  });

  it.each([
    ["execute", "ls *.ts", "running `ls *.ts`"],
    ["execute", "cat a\nb\tc", "running cat a b c"],
    ["execute", "echo `id`", "running echo 'id'"],
    ["execute", "x".repeat(100), `running ${"x".repeat(59)}…`],
    ["search", '{"pattern":"word","path":"src"}', "searching src"],
    ["read", '{"offset":3}', "reading Tool"],
    ["read", '{"broken', "reading Tool"],
    ["read", "", "reading Tool"],
  ] as const)("names a tool of kind %s with %j", (kind, input, words) => {
    const progress = createProgress(createCatalogue("en", {}));
    progress.toolStarted("1", { name: "Tool", input, kind });
    expect(progress.line()).toBe(`🔧 1 tool · ${words}`);
  });
});

describe("what a turn used", () => {
  const usage = (cost: number | null): WorkerEvent => ({
    type: "usage",
    inputTokens: 1234,
    outputTokens: 567,
    cost,
  });

  it("is the last line of the answer where that is configured, as it was told last", async () => {
    const { says, texts } = await begin({ agent: { usage: true } });
    await says({ type: "delta", text: "Hi." }, usage(0.001), usage(0.0123), DONE);
    expect(texts()).toEqual(["Hi.\n\nin 1,234 · out 567 · $0.01"]);
  });

  it("is not told by default", async () => {
    const { says, texts } = await begin();
    await says({ type: "delta", text: "Hi." }, usage(0.0123), DONE);
    expect(texts()).toEqual(["Hi."]);
  });

  it.each([
    [{ inputTokens: 1_234_567, outputTokens: null, cost: null }, "in 1,234,567"],
    [{ inputTokens: null, outputTokens: 0, cost: 0 }, "out 0 · $0.00"],
    [{ inputTokens: null, outputTokens: null, cost: 0.00042 }, "$0.0004"],
    [{ inputTokens: null, outputTokens: null, cost: null }, ""],
  ])("says what is known of %j", (used, line) => {
    expect(usageLine(createCatalogue("en", {}), used)).toBe(line);
  });
});
