import { expect, it } from "vitest";

import { until } from "../crash-world.ts";
import { readJournal } from "../journal.ts";
import { remains } from "./batch-run.ts";
import { openWorld } from "./open-world.ts";
import { judge } from "../verdict.ts";

it.concurrent("[T03] what is said while the gateway is down is answered when it is back, and once", async (test) => {
  const world = await openWorld(test);
  const ann = world.chat("ann");
  const bea = world.chat("bea");
  const first = await world.bootReady();
  ann.say("echo one");
  await until(() => ann.texts().includes("one"));
  await first.end("SIGKILL");
  ann.say("echo two");
  bea.say("echo three");
  const second = await world.bootReady();
  await until(() => ann.texts().includes("two") && bea.texts().includes("three"));
  expect(await second.end("SIGTERM")).toBe(0);
  bea.say("echo four");
  const third = await world.bootReady();
  await until(() => bea.texts().includes("four"));
  await third.end("SIGTERM");
  expect(judge(world.conversations())).toMatchObject({ violations: [], questions: 4, whole: 4 });
  expect(bea.texts()).toEqual(["three", "four"]);
  expect(remains(world)).toEqual([]);
});

it.concurrent("[T03] what waits behind a running turn at a SIGKILL is answered when it is back, in reply to itself", async (test) => {
  const world = await openWorld(test, { network: "quote: auto" });
  const ann = world.chat("ann");
  const first = await world.bootReady();
  const slow = ann.say("slow 30");
  await until(() => ann.texts().length === 1);
  const behind = ann.say("echo behind");
  const last = ann.say("echo last");
  await until(() => world.bot.pending.length === 0);
  await first.end("SIGKILL");
  const second = await world.bootReady();
  await until(() => ann.texts().includes("last"));
  await second.end("SIGTERM");
  const [cut, ...answers] = ann.seen().filter(({ byBot }) => byBot);
  expect(cut).toMatchObject({ replyTo: null, edited: true });
  expect(cut?.text).toContain("⏸ Cut short (by a crash). I continue with the message that waits.");
  expect(answers).toMatchObject([
    { text: "behind", replyTo: behind },
    { text: "last", replyTo: last },
  ]);
  const sends = world.fake.callsOf("sendMessage").map(({ payload }) => payload);
  expect(sends[1]).toMatchObject({ reply_parameters: { message_id: behind } });
  expect(slow).toBeLessThan(behind);
  expect(remains(world)).toEqual([]);
});

it.concurrent("[T02] what was stored and not yet confirmed at a SIGKILL comes again, and is not run again", async (test) => {
  const world = await openWorld(test);
  const people = Array.from({ length: 10 }, (_, index) => world.chat(`person ${index}`));
  const first = await world.bootReady();
  await until(() => world.bot.polling === 1);
  // The poll that waits is answered; those that would confirm it do not arrive.
  world.fake.faults.cutRequests("getUpdates");
  for (const [index, chat] of people.entries()) chat.say(`echo number ${index}`);
  // They have run; nothing is sent while Telegram is not reached.
  await until(() => readJournal(world.stateDir).unsentReplies.length === 10);
  expect(world.bot.pending).toHaveLength(10);
  await first.end("SIGKILL");
  world.fake.faults.heal();
  const second = await world.bootReady();
  await until(() => world.bot.pending.length === 0);
  people[0]?.say("echo last");
  await until(() => people[0]?.texts().includes("last") === true);
  await second.end("SIGTERM");
  expect(judge(world.conversations())).toMatchObject({ violations: [], questions: 11 });
  expect(readJournal(world.stateDir).givenTwice).toEqual([]);
  expect(remains(world)).toEqual([]);
});
