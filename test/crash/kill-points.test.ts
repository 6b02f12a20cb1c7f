import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterEach, expect, it, vi } from "vitest";

import type { Step } from "../../gateway/probe.ts";
import { createCrashWorld, until } from "./crash-world.ts";
import type { BootOptions, CrashWorld, CrashWorldOptions, Life } from "./crash-world.ts";
import { pagesOf } from "./journal.ts";
import type { Reply } from "./promises.ts";
import type { Verdict } from "./oracle.ts";

// Several processes start in each test, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

let world: CrashWorld;
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") console.log(world.story());
  await world.close();
});

/** The process ends itself at a step; what came of each message is told by what its chat shows. */
interface Crash {
  readonly name: string;
  readonly world?: CrashWorldOptions;
  readonly kill: NonNullable<BootOptions["kill"]>;
  /** Said at once, each in its chat. */
  readonly said: readonly (readonly [chat: string, text: string])[];
  /** A step after which the first process is asked to stop. */
  readonly stopWhen?: (world: CrashWorld) => boolean;
  readonly verdicts: readonly Reply["verdict"][];
  /** How often the network shows a message under the label. */
  readonly labelled?: number;
}

const IDEMPOTENT = { isIdempotent: true };
const STREAMING = [["a", "slow 1.2"]] as const;

const CRASHES: readonly Crash[] = [
  {
    name: "[K01] [I01] a message that arrived and was not stored is brought again by the network and runs once",
    kill: at("inbound_arrived"),
    said: [["a", "echo one"]],
    verdicts: ["whole"],
  },
  {
    name: "[K02] [I02] a message that was stored and not acknowledged runs once when the network brings it again",
    kill: at("inbound_stored"),
    said: [["a", "echo one"]],
    verdicts: ["whole"],
  },
  {
    name: "[K03] [I04] a batch of which one message was looked at runs each of its messages once, in order",
    kill: at("inbound_heard"),
    said: [
      ["a", "echo one"],
      ["a", "echo two"],
      ["b", "echo three"],
    ],
    verdicts: ["whole", "whole", "whole"],
  },
  {
    name: "[K04] [I03] a message that was adopted and not begun runs after the boot, without a note",
    kill: at("turn_adopted"),
    said: [["a", "echo one"]],
    verdicts: ["whole"],
  },
  {
    name: "[K05] [R01] an answer that was cut in mid stream is told about once, and the message does not run again",
    kill: at("delta", 3),
    said: STREAMING,
    verdicts: ["cut"],
  },
  {
    name: "[K06] [R15] a tool that had begun is told about as interrupted, and does not run again",
    kill: at("tool_started"),
    said: [["a", "tool 0.1"]],
    verdicts: ["cut"],
  },
  {
    name: "[K07] [R15] a tool that had ended does not run again",
    kill: at("tool_ended"),
    said: [["a", "tool 0.1"]],
    verdicts: ["cut"],
  },
  {
    name: "[K08] [O01] [O02] an answer that was finished is sent after the boot, without a note",
    kill: at("turn_finished"),
    said: [["a", "echo one"]],
    verdicts: ["whole"],
  },
  {
    name: "[K09] [O03] a send that began is made again under the label",
    kill: at("send_began"),
    said: [["a", "echo one"]],
    verdicts: ["whole"],
    labelled: 1,
  },
  {
    name: "[K09] [O03] a send that began is made again without a label where the network knows it",
    world: IDEMPOTENT,
    kill: at("send_began"),
    said: [["a", "echo one"]],
    verdicts: ["whole"],
  },
  {
    name: "[K10] [O03] a send that was answered and not stored is repeated under the label",
    kill: at("send_answered"),
    said: [["a", "echo one"]],
    verdicts: ["whole", "whole"],
    labelled: 1,
  },
  {
    name: "[K10] [O03] a send that was answered and not stored is one message where the network knows it",
    world: IDEMPOTENT,
    kill: at("send_answered"),
    said: [["a", "echo one"]],
    verdicts: ["whole"],
  },
  {
    name: "[K10] [O02] a send that was stored is not repeated",
    kill: at("send_settled"),
    said: [["a", "echo one"]],
    verdicts: ["whole"],
  },
  {
    name: "[K11] [D09] a turn that runs when a drain is killed at its beginning is marked as at its timeout",
    kill: at("drain_began"),
    said: STREAMING,
    stopWhen: isStreaming,
    verdicts: ["cut"],
  },
  {
    name: "[K12] [D09] a turn that runs when a drain is killed between timeout and mark is marked all the same",
    kill: at("drain_timed_out"),
    said: STREAMING,
    stopWhen: isStreaming,
    verdicts: ["cut"],
  },
  {
    name: "[K13] [D09] [D08] turns whose marks were half written are all marked, each told once",
    kill: at("turn_marked", 2),
    said: [
      ["a", "slow 1.2"],
      ["b", "slow 1.2"],
      ["c", "slow 1.2"],
    ],
    stopWhen: isStreaming,
    verdicts: ["cut", "cut", "cut"],
  },
  {
    name: "[K11] [D09] a drain that is killed after it ended leaves nothing to be told twice",
    kill: at("drained"),
    said: [
      ["a", "slow 1.2"],
      ["b", "echo one"],
    ],
    stopWhen: isStreaming,
    verdicts: ["cut", "whole"],
  },
  {
    name: "[K20] [C01] a kill right after the marker was written changes nothing",
    kill: at("marker_written"),
    said: [["a", "echo one"]],
    stopWhen: ({ chat }) => chat.shown("a").length > 0,
    verdicts: ["whole"],
  },
  {
    name: "[K20] a start that is killed at its beginning loses nothing",
    kill: at("starting"),
    said: [["a", "echo one"]],
    verdicts: ["whole"],
  },
  {
    name: "[K20] a start that is killed when its networks connected loses nothing",
    kill: at("adapters_connected"),
    said: [["a", "echo one"]],
    verdicts: ["whole"],
  },
];

it.each(CRASHES)("$name", async (crash) => {
  world = await createCrashWorld(crash.world);
  const first = await world.boot({ kill: crash.kill });
  world.chat.sayTogether(crash.said.map(([chat, text]) => ({ chat, text })));
  const { stopWhen } = crash;
  if (stopWhen !== undefined) {
    await until(() => stopWhen(world));
    first.signal("SIGTERM");
  }
  expect((await first.ended).signal).toBe("SIGKILL");
  const verdict = await world.judge(await world.boot());
  expect(verdict.violations).toEqual([]);
  expect(verdictsOf(verdict, crash.said.length)).toEqual(crash.verdicts);
  expect(verdict.counts.labelled).toBe(crash.labelled ?? 0);
});

it("[K05] the turn after a cut one is given one note and goes on in the same conversation", async () => {
  world = await createCrashWorld();
  const first = await world.boot({ kill: at("tool_started") });
  world.chat.say("a", "tool 0.1");
  await first.ended;
  const life = await world.boot();
  await world.settle();
  world.chat.say("a", "history");
  await world.settle();
  const shown = world.chat.shown("a").at(-1)?.text ?? "";
  expect(shown).toMatch(/restart note \(crash\)/);
  expect(shown.match(/restart note \(/g)).toHaveLength(1);
  expect((await world.judge(life)).violations).toEqual([]);
});

it.each(["recovery_began", "turn_recovered"] as const)(
  "[K14] [C03] a recovery that is killed at %s is done by the next boot, each turn told once",
  async (step) => {
    world = await createCrashWorld();
    await cutInMidStream(["a", "b"]);
    const second = await world.boot({ kill: at(step) });
    expect((await second.ended).signal).toBe("SIGKILL");
    const verdict = await world.judge(await world.boot());
    expect(verdict.violations).toEqual([]);
    expect(verdictsOf(verdict, 2)).toEqual(["cut", "cut"]);
  },
);

it.each(["redelivery_began", "send_began", "send_settled"] as const)(
  "[K15] [O02] a redelivery that is killed at %s is done by the next boot",
  async (step) => {
    world = await createCrashWorld();
    const first = await world.boot({ kill: at("turn_finished", 2) });
    world.chat.fault = () => "unavailable";
    world.chat.sayTogether([
      { chat: "a", text: "echo one" },
      { chat: "b", text: "echo two" },
    ]);
    await first.ended;
    world.chat.fault = () => "none";
    const second = await world.boot({ kill: at(step) });
    expect((await second.ended).signal).toBe("SIGKILL");
    const verdict = await world.judge(await world.boot());
    expect(verdict.violations).toEqual([]);
    expect(new Set(verdictsOf(verdict, 2))).toEqual(new Set(["whole"]));
  },
);

it("[K10] [O07] a streamed answer whose first send was cut off is shown again under the label", async () => {
  world = await createCrashWorld();
  const first = await world.boot();
  world.chat.faults.push("black_hole");
  world.chat.onPlaced = () => first.signal("SIGKILL");
  world.chat.say("a", "slow 1.2");
  await first.ended;
  world.chat.onPlaced = () => undefined;
  const verdict = await world.judge(await world.boot());
  expect(verdict.violations).toEqual([]);
  expect(verdict.counts.labelled).toBe(1);
});

it("[K16] [I01] a disk that is full at any write loses nothing, also when the gateway is killed then", async () => {
  world = await createCrashWorld();
  const first = await world.boot();
  world.chat.say("a", "echo one");
  await world.settle();
  first.signal("SIGKILL");
  await first.ended;
  // Longer than a page: each write needs room of its own.
  const text = `echo ${"x".repeat(900)}`;
  let fullLives = 0;
  for (const more of [0, 1, 2, 3, 5, 8]) {
    const known = world.log().length;
    const isFull = (): boolean => world.log().slice(known).includes("is full");
    const pragmas = [`max_page_count = ${pagesOf(world.stateDir) + more}`];
    const life = await world.boot({ pragmas });
    for (let n = 0; n < 6; n += 1) world.chat.say(`b${n % 2}`, `${text} ${more}-${n}`);
    await until(() => isFull() || life.hasEnded() || world.isSettled());
    if (isFull()) fullLives += 1;
    life.signal("SIGKILL");
    await life.ended;
  }
  expect(fullLives).toBeGreaterThan(2);
  const verdict = await world.judge(await world.boot());
  expect(verdict.violations).toEqual([]);
});

it("[K18] [C08] a lock that a killed gateway left, with its pid used by another process, stops no start", async () => {
  world = await createCrashWorld();
  await cutInMidStream(["a"]);
  const holder = { pid: process.pid, startTime: "1", boot: "boot_0", since: 1, version: "0" };
  writeFileSync(join(world.stateDir, "gateway.json"), JSON.stringify(holder));
  const verdict = await world.judge(await world.boot());
  expect(verdict.violations).toEqual([]);
  expect(verdictsOf(verdict, 1)).toEqual(["cut"]);
});

it("[K18] [C08] a second gateway on the state directory ends at once and disturbs nothing", async () => {
  world = await createCrashWorld();
  const first = await world.boot();
  await first.ready;
  const second = await world.boot();
  expect((await second.ended).code).toBe(1);
  world.chat.say("a", "echo one");
  expect((await world.judge(first)).violations).toEqual([]);
});

it("[O02] a streamed answer does not overtake the answer before it, which the network refuses for a while", async () => {
  world = await createCrashWorld();
  const life = await world.boot();
  const began = Date.now();
  world.chat.fault = (text) =>
    text === "one" && Date.now() - began < 1500 ? "unavailable" : "none";
  world.chat.say("a", "echo one");
  world.chat.say("a", "slow 2");
  const verdict = await world.judge(life);
  expect(verdict.violations).toEqual([]);
});

it.each([-3_600_000, 3_600_000])(
  "[K17] a clock that is %i ms off after the kill changes nothing",
  async (clockOffsetMs) => {
    world = await createCrashWorld();
    const first = await world.boot({ kill: at("send_answered", 2) });
    world.chat.sayTogether([
      { chat: "a", text: "slow 1.2" },
      { chat: "b", text: "echo one" },
    ]);
    await until(() => isStreaming(world));
    world.chat.say("b", "echo two");
    await first.ended;
    const verdict = await world.judge(await world.boot({ clockOffsetMs }));
    expect(verdict.violations).toEqual([]);
    expect(verdictsOf(verdict, 2)).toContain("cut");
  },
);

it("[K19] [R03] a conversation that is cut twice in a row is told once for each turn", async () => {
  world = await createCrashWorld();
  await cutInMidStream(["a"]);
  const second = await world.boot({ kill: at("delta", 3) });
  await world.settle();
  world.chat.say("a", "slow 1.3");
  expect((await second.ended).signal).toBe("SIGKILL");
  const verdict = await world.judge(await world.boot());
  expect(verdict.violations).toEqual([]);
  expect(verdictsOf(verdict, 2)).toEqual(["cut", "cut"]);
});

it("[K19] [L01] [L02] the third cut in a row suspends, and the next message starts afresh", async () => {
  world = await createCrashWorld();
  for (const seconds of ["1.2", "1.3", "1.4"]) {
    const life = await world.boot({ kill: at("delta", 3) });
    await world.settle();
    world.chat.say("a", `slow ${seconds}`);
    expect((await life.ended).signal).toBe("SIGKILL");
  }
  const verdict = await world.judge(await world.boot());
  expect(verdict.violations).toEqual([]);
  expect(verdict.promises[2]?.replies[0]?.texts.at(-1)).toMatch(/3 times in a row/);
  expect(world.chat.shown("a").some(({ text }) => text.includes("starts afresh"))).toBe(true);
});

it("[K04] [L06] [R12] a message that was being started at three deaths is parked and told so", async () => {
  world = await createCrashWorld();
  world.chat.say("a", "echo one");
  for (let death = 1; death <= 3; death += 1) {
    const life = await world.boot({ kill: at("turn_adopted") });
    expect((await life.ended).signal).toBe("SIGKILL");
  }
  const verdict = await world.judge(await world.boot());
  expect(verdict.violations).toEqual([]);
  expect(verdictsOf(verdict, 1)).toEqual(["remark"]);
});

function at(step: Step, nth = 1): { readonly step: Step; readonly nth: number } {
  return { step, nth };
}

function isStreaming({ chat }: CrashWorld): boolean {
  return chat.shown("a").some(({ text }) => text.includes(" 2"));
}

async function cutInMidStream(chats: readonly string[]): Promise<Life> {
  const life = await world.boot();
  world.chat.sayTogether(chats.map((chat) => ({ chat, text: "slow 1.2" })));
  // A message that was edited is known to the gateway: before that, its placing is in doubt.
  await until(() => chats.every((chat) => world.chat.shown(chat)[0]?.text.includes(" 2")));
  life.signal("SIGKILL");
  await life.ended;
  return life;
}

/** What became of the first messages; a repeated send counts again. */
function verdictsOf({ promises }: Verdict, count: number): readonly Reply["verdict"][] {
  return promises.slice(0, count).flatMap((one) => one.replies.map((reply) => reply.verdict));
}
