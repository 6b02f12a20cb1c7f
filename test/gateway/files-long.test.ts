import { afterEach, expect, it } from "vitest";

import { until } from "./until.ts";
import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

let world: World;

afterEach(() => world.close());

const LIMIT = 100_000;
const REMARK = "📎 This is the beginning; the whole answer";

async function create(options: WorldOptions = {}): Promise<void> {
  const capabilities = { sendFileLimit: LIMIT, textLimit: 4000, ...options.capabilities };
  world = await createWorld({ ...options, capabilities });
  await world.boot();
  await world.network.say("c1", "tell me all");
  await world.clock.advance(10);
}

const paragraphs = (count: number): string =>
  Array.from({ length: count }, (_, index) => `Paragraph ${index}. ${"word ".repeat(30)}end.`).join(
    "\n\n",
  );

/** The texts and files of the chat, once so many are there. */
async function shown(count: number) {
  await until(world, () => world.network.shown.length >= count, 10);
  await world.clock.advance(500);
  expect(world.network.shown).toHaveLength(count);
  return world.network.shown;
}

it("[T10, E13] a very long answer is its beginning, and the whole as a file", async () => {
  await create();
  const text = paragraphs(100);
  world.turn().finish(text);
  const [beginning, whole] = await shown(2);
  expect(whole).toMatchObject({
    text: "",
    file: { name: "answer.md", mime: "text/markdown", text },
  });
  expect(beginning?.text).toContain(`${REMARK} (${text.length} characters) is attached.`);
  const [said = ""] = (beginning?.text ?? "").split(`\n\n${REMARK}`);
  expect(text.startsWith(said)).toBe(true);
  expect(said).toMatch(/end\.$/);
  expect(said.length).toBeGreaterThan(3000);
});

it("[T10, E13] the beginning is cut before a code block that does not fit, not inside", async () => {
  await create();
  const code = [
    "```ts",
    ...Array.from({ length: 900 }, (_, n) => `const v${n} = ${n};\n`),
    "```",
  ].join("\n");
  const text = `${paragraphs(10)}\n\n${code}`;
  world.turn().finish(text);
  const [beginning] = await shown(2);
  expect(beginning?.text).not.toContain("```");
  expect(beginning?.text).toContain("Paragraph 9.");
});

it("[T10, E13] a code block that begins the answer is closed in the beginning", async () => {
  await create();
  const text = [
    "```ts",
    ...Array.from({ length: 900 }, (_, n) => `const v${n} = ${n};`),
    "```",
  ].join("\n");
  world.turn().finish(text);
  const [beginning] = await shown(2);
  expect(beginning?.text.match(/```/g)).toHaveLength(2);
  expect(beginning?.text.length).toBeGreaterThan(2000);
});

it("an answer of several messages is no file, and neither is any where it is switched off", async () => {
  await create();
  world.turn().finish(paragraphs(50));
  const parts = await shown(3);
  expect(parts.every(({ file }) => file === null)).toBe(true);
  await world.close();
  await create({ settings: ({ delivery }) => ({ delivery: { ...delivery, fileAbove: 0 } }) });
  world.turn().finish(paragraphs(100));
  await until(world, () => world.network.shown.length > 3, 10);
  expect(world.network.shown.every(({ file }) => file === null)).toBe(true);
});

it.each([0, 5000])(
  "a network that takes files of %i bytes gets it in messages",
  async (sendFileLimit) => {
    await create({ capabilities: { sendFileLimit } });
    world.turn().finish(paragraphs(100));
    await until(world, () => world.network.shown.length > 3, 10);
    expect(world.network.shown.every(({ file }) => file === null)).toBe(true);
  },
);

it("a streamed long answer ends as its beginning on the same message", async () => {
  await create();
  const turn = world.turn();
  turn.say({ type: "accepted" }, { type: "delta", text: paragraphs(60) });
  await world.clock.advance(2000);
  expect(world.network.shown).toHaveLength(1);
  turn.say({ type: "delta", text: paragraphs(60) }, { type: "completed", reason: "end_turn" });
  const [beginning, whole] = await shown(2);
  expect(beginning?.text).toContain(REMARK);
  expect(whole?.file?.text.length).toBeGreaterThan(20_000);
});

it("a long answer that a crash cut is a file too, and says that it is cut", async () => {
  await create();
  world.turn().say({ type: "accepted" }, { type: "delta", text: paragraphs(100) });
  await world.clock.advance(3000);
  world.kill();
  await world.boot();
  const [beginning, whole] = await shown(2);
  expect(beginning?.text).toContain(REMARK);
  expect(beginning?.text).toMatch(/Cut short by a crash/);
  expect(whole?.file?.text).toBe(paragraphs(100));
});
