import { array, asyncProperty, assert, constantFrom } from "fast-check";
import { expect, it } from "vitest";

import { lifeFaults } from "./life-faults.ts";
import { createWorld } from "./world.ts";
import type { World } from "./world.ts";
import type { WorkerEvent } from "../../workers/worker.ts";

/** More of them: `SLUICE_LIVES=10000 npx vitest run test/gateway/random-lives.test.ts`. */
const LIVES = Number(process.env["SLUICE_LIVES"] ?? 20);
/** Beside the path that a failure prints, in the options of `assert`, it replays that one life. */
const SEED = 20_260_101;

const CHATS = ["c1", "c2"] as const;
type Step = (world: World) => Promise<unknown>;

const ask = (id: string, fingerprint: string): WorkerEvent => ({
  type: "ask",
  id,
  title: `do ${fingerprint}`,
  detail: "",
  fingerprint,
});

/** The latest turn that any worker of this life was given says it, whether it has ended or not. */
function says(name: string, ...events: readonly WorkerEvent[]): [string, Step] {
  return [
    name,
    async (world) =>
      speakers(world)
        .at(-1)
        ?.say(...events),
  ];
}

function speakers(world: World) {
  const { worker, others } = world.now();
  return [worker, ...others].flatMap(({ turns }) => turns);
}

function command(text: string): [string, Step] {
  return [text, async (world) => world.network.say("c1", text)];
}

function press(label: RegExp): [string, Step] {
  return [
    `press ${label.source}`,
    async (world) => {
      const isThere = world.network.shown.some(
        ({ chat, buttons }) => chat === "c1" && buttons.flat().some((one) => label.test(one.label)),
      );
      if (isThere) await world.network.press("c1", label);
    },
  ];
}

const wait = (ms: number): [string, Step] => [`wait ${ms}`, (world) => world.clock.advance(ms)];

async function kill(world: World): Promise<void> {
  world.kill();
  await world.boot();
}

async function restart(world: World, timeoutMs: number): Promise<void> {
  await world.end({ timeoutMs });
  await world.boot();
}

const STEPS = new Map<string, Step>([
  ...CHATS.map((chat): [string, Step] => [`say ${chat}`, (world) => world.network.say(chat, "go")]),
  says("accepts", { type: "accepted" }),
  says("speaks", { type: "delta", text: "word " }),
  says("asks a", { type: "accepted" }, ask("a", "rm")),
  says("asks a again as b", ask("b", "rm")),
  says("asks c", ask("c", "mv")),
  says("withdraws a", { type: "ask_withdrawn", id: "a" }),
  says("uses a tool", { type: "tool_started", call: "1", name: "ls", input: "", kind: "read" }),
  says("completes", { type: "delta", text: "done" }, { type: "completed", reason: "end_turn" }),
  says("fails", { type: "failed", error: "no", canRetry: true }),
  says("cancels", { type: "cancelled" }),
  ["dies", async (world) => speakers(world).at(-1)?.die()],
  ["an older one completes", async (world) => speakers(world)[0]?.finish("late")],
  ["refuses to start", async (world) => world.now().worker.refusals.push(new Error("busy"))],
  press(/Allow/),
  press(/Deny/),
  press(/Always/),
  ...["/stop", "/new", "/skip", "/resume", "/agent other", "/agent demo", "/queue steer"].map(
    command,
  ),
  ...["/queue interrupt", "/queue collect", "/queue queue", "/revoke all"].map(command),
  wait(100),
  wait(6_000),
  wait(700_000),
  ["is killed", kill],
  ["restarts at once", (world) => restart(world, 0)],
  ["restarts in time", (world) => restart(world, 2_000)],
]);

/** What lives are mostly made of. */
const OFTEN = ["say c1", "say c2", "accepts", "completes", "asks a", "press Allow", "is killed"];
const life = array(constantFrom(...STEPS.keys(), ...OFTEN, ...OFTEN), {
  minLength: 5,
  maxLength: 25,
  size: "max",
});

it(
  `[S09] random lives of a whole gateway keep its promises, ${LIVES} of them`,
  { timeout: 30_000 + LIVES * 2_000 },
  async () => {
    let steps = 0;
    await assert(
      asyncProperty(life, async (names) => {
        const world = await createWorld({
          others: [{ name: "other" }],
          agent: { approve: { always: true } },
          worker: { obeys: false, turnsAtOnce: 1 },
          settings: (all) => ({
            requests: { ...all.requests, ttlMs: 3_600_000 },
            turns: { ...all.turns },
          }),
        });
        try {
          await world.boot();
          for (const name of names) {
            await STEPS.get(name)?.(world);
            await world.clock.advance(20);
            steps += 1;
            expect(await lifeFaults(world), name).toEqual([]);
          }
          await endWell(world);
        } finally {
          await world.close();
        }
      }),
      { seed: SEED, numRuns: LIVES, endOnFailure: true },
    );
    expect(steps).toBeGreaterThan(LIVES * 4);
  },
);

/** [S10] Nothing waits for ever: when workers end and time passes, every turn ends and every message is settled. */
async function endWell(world: World): Promise<void> {
  for (let round = 0; round < 40; round += 1) {
    for (const turn of speakers(world)) turn.finish("at last");
    await world.clock.advance(400_000);
    const { engine } = world.now().core;
    const isOver = (await engine.openTurns()).length === 0 && (await engine.waiting()).length === 0;
    if (isOver) break;
  }
  const { engine } = world.now().core;
  expect(await engine.openTurns()).toEqual([]);
  expect(await engine.waiting()).toEqual([]);
  expect(await engine.requests({ key: null, onlyOpen: true })).toEqual([]);
  expect(await lifeFaults(world)).toEqual([]);
  for (let n = 1; ; n += 1) {
    const item = await engine.messageByExternalId("fake", "main", `in-${n}`);
    if (item === null) break;
    expect(["done", "dead"]).toContain(item.state);
  }
}
