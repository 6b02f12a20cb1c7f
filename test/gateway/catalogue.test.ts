import { afterEach, expect, it } from "vitest";

import { createCatalogue, TEXT_KEYS } from "../../gateway/notices/catalogue.ts";
import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

let world: World;
afterEach(() => world.close());

/** Every sentence in a language of its own: a key in angle quotes, and what is filled in. */
const FOREIGN = Object.fromEntries(
  TEXT_KEYS.map((key) => {
    const english = createCatalogue("en", {}).say(key as never);
    return [
      key,
      `‹${key}${[...english.matchAll(/\{\w+\}/g)].map(([hole]) => ` ${hole}`).join("")}›`,
    ];
  }),
);

const foreign: WorldOptions["settings"] = (all) => ({
  notices: { ...all.notices, texts: FOREIGN, perChatPerHour: 100 },
  turns: { ...all.turns, queueLimit: 3 },
  requests: { ...all.requests, ttlMs: 60_000 },
  resume: { ...all.resume, cutsToSuspend: 2 },
});

const op = { sender: { id: "op", name: "Op" } };
const ask = { type: "ask", id: "a", title: "TITLE", detail: "DETAIL", fingerprint: "f" } as const;

/** What is left of a text without the sentences of the catalogue, and what people and agents said. */
function strange(text: string): string {
  let rest = text;
  for (let before = ""; before !== rest;) {
    before = rest;
    rest = rest.replaceAll(/‹[^‹›]*›/g, "");
  }
  return rest
    .replaceAll(/^\/\w+( \[[\w|]+\])? — $/gm, "")
    .replaceAll(/\d+\. Ann: AGENT|AGENT/g, "")
    .trim();
}

async function say(text: string, more: Parameters<World["network"]["say"]>[2] = {}): Promise<void> {
  await world.network.say("c1", text, more);
  await world.clock.advance(10);
}

it("[N01] every sentence in a chat comes from the catalogue and can be replaced", async () => {
  world = await createWorld({ settings: foreign, worker: { obeys: false } });
  await world.boot();
  await say("AGENT");
  world.turn().say({ type: "accepted" }, { type: "delta", text: "AGENT" });
  await world.clock.advance(1000);
  for (const command of ["/status", "/queue", "/sessions", "/resume", "/queue sideways"]) {
    await say(command);
  }
  await say("AGENT");
  await say("/queue");
  await say("/stop");
  await world.clock.advance(6000);
  world.turn().say({ type: "accepted" }, ask);
  await world.clock.advance(10);
  await world.network.press("c1", /allow_label/);
  await world.clock.advance(10);
  await say("", { button: { data: "nonsense", on: "x" } });
  world.turn().say({ type: "completed", reason: "end_turn" });
  await world.clock.advance(10);
  for (const command of ["/help", "/new", "/new", "/sessions", "/skip", "/approve", "/restart"]) {
    await say(command);
  }
  await say("/help", op);
  await say("AGENT");
  world.turn().say({ type: "accepted" }, ask, { ...ask, id: "b" });
  await world.clock.advance(10);
  await say("/deny");
  await world.clock.advance(62_000);
  world.turn().say({ type: "failed", error: "AGENT", canRetry: false });
  await world.clock.advance(10);

  for (let cut = 0; cut < 2; cut += 1) {
    await say("AGENT");
    world.turn().accept();
    await world.clock.advance(10);
    world.kill();
    await world.boot();
    await world.clock.advance(10);
  }
  await say("/status");
  await say("AGENT");
  world.turn().accept();
  await world.clock.advance(10);
  await say("/restart", op);
  await say("AGENT");
  await world.end({ timeoutMs: 100 });
  await world.boot();
  await world.clock.advance(21_000);
  await world.clock.advance(21_000);

  const buttons = world.network.shown.flatMap((one) => one.buttons.flat());
  const all = [...world.network.shown.map(({ text }) => text), ...buttons.map((one) => one.label)];
  expect(all.length).toBeGreaterThan(30);
  expect(all.map(strange).filter((text) => text !== "")).toEqual([]);
});

it("[N01] what a network is told of a message comes from the catalogue", async () => {
  world = await createWorld({ settings: foreign });
  await world.boot();
  const told: unknown[] = [
    await world.network.say("c1", ""),
    await world.network.say("c1", "x".repeat(300_000)),
    await world.network.say("c1", "one"),
  ];
  await world.clock.advance(10);
  world.turn().finish("ok");
  await world.clock.advance(10);
  told.push(await world.network.fate("in-3"));
  expect(told).toEqual([
    { outcome: "rejected", reason: "‹rejected_empty›" },
    { outcome: "rejected", reason: "‹rejected_long 300000 262144›" },
    { outcome: "stored", fate: "‹fate_stored›" },
    "‹fate_answered›",
  ]);
});

it("[N01] a catalogue fills in what is named, and leaves alone what is not", () => {
  const { say } = createCatalogue("en", { cut_ask: "{cause}? {other}" });
  expect(say("cut_ask", { cause: "why" })).toBe("why? {other}");
  expect(say("up")).toBe("✅ Back online.");
  expect(say("turn_failed", { error: "{count} of $1 $&" })).toContain("{count} of $1 $&");
});
