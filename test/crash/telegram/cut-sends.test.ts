import { expect, it } from "vitest";

import type { FakeChat } from "../../fakes/telegram/fake-telegram.ts";
import { until } from "../crash-world.ts";
import { remains } from "./batch-run.ts";
import { openWorld } from "./open-world.ts";
import type { TelegramWorld } from "./telegram-world.ts";
import { judge } from "../verdict.ts";

const WHOLE = "Counting to 6: 1 2 3 4 5 6. Done.";

it.concurrent("[T08] an edit whose answer was lost is made again, and the answer is one message", async (test) => {
  const world = await openWorld(test);
  const ann = world.chat("ann");
  const life = await world.bootReady();
  world.fake.faults.cutAnswers("editMessageText", 2);
  ann.say("slow 1.5");
  await until(() => edits(world, "cut") === 2 && edits(world, 200) + edits(world, 400) > 0);
  await until(() => ann.texts().includes(WHOLE));
  await life.end("SIGTERM");
  expect(ann.texts()).toEqual([WHOLE]);
  expect(world.fake.callsOf("sendMessage")).toHaveLength(1);
  expect(remains(world)).toEqual([]);
});

it.concurrent("[T08] an edit that Telegram takes after a SIGKILL is settled by an edit, and the answer is one message", async (test) => {
  const world = await openWorld(test);
  const ann = world.chat("ann");
  const first = await world.bootReady();
  ann.say("slow 1.5");
  await until(() => ann.texts().length === 1);
  world.fake.faults.delay("editMessageText", 500);
  await until(() => world.fake.callsOf("editMessageText").some(isWhole));
  await first.end("SIGKILL");
  // What Telegram has read it does, also for a bot that is gone.
  await until(() => ann.texts().includes(WHOLE));
  world.fake.faults.heal();
  const second = await world.bootReady();
  await until(() => world.fake.callsOf("editMessageText").filter(isWhole).length > 1);
  await until(() => ann.texts().includes(WHOLE));
  await second.end("SIGTERM");
  expect(ann.texts()).toEqual([WHOLE]);
  expect(world.fake.callsOf("sendMessage")).toHaveLength(1);
  const again = world.fake.callsOf("editMessageText").findLast(isWhole);
  expect(again?.description).toContain("message is not modified");
  expect(remains(world)).toEqual([]);
});

it.concurrent("a short answer whose arrival was not confirmed is sent again under the label", async (test) => {
  const world = await openWorld(test);
  const ann = world.chat("ann");
  const life = await world.bootReady();
  world.fake.faults.cutAnswers("sendMessage", 1);
  ann.say("echo one");
  await labelled(ann, "one");
  await life.end("SIGTERM");
  expect(ann.texts()).toEqual(["one", "(may be a duplicate)\none"]);
  expect(judge(world.conversations())).toMatchObject({ violations: [], labelled: 1 });
  expect(remains(world)).toEqual([]);
});

it.concurrent("a short answer that Telegram takes after a SIGKILL is sent again under the label", async (test) => {
  const world = await openWorld(test);
  const ann = world.chat("ann");
  const first = await world.bootReady();
  world.fake.faults.delay("sendMessage", 500, 1);
  ann.say("echo one");
  await until(() => world.fake.callsOf("sendMessage").length === 1);
  await first.end("SIGKILL");
  await until(() => ann.texts().includes("one"));
  const second = await world.bootReady();
  await labelled(ann, "one");
  await second.end("SIGTERM");
  expect(ann.texts().toSorted()).toEqual(["(may be a duplicate)\none", "one"]);
  expect(remains(world)).toEqual([]);
});

it.concurrent("[T08] a streamed answer whose first part was not confirmed comes whole under the label", async (test) => {
  const world = await openWorld(test);
  const ann = world.chat("ann");
  const life = await world.bootReady();
  world.fake.faults.cutAnswers("sendMessage", 1);
  ann.say("slow 1.5");
  await labelled(ann, WHOLE);
  await life.end("SIGTERM");
  expect(ann.texts()).toHaveLength(2);
  expect(judge(world.conversations())).toMatchObject({ violations: [], whole: 1, labelled: 1 });
  expect(remains(world)).toEqual([]);
});

function isWhole({ payload }: { readonly payload: Readonly<Record<string, unknown>> }): boolean {
  return payload["text"] === WHOLE;
}

function edits({ fake }: TelegramWorld, outcome: number | "cut"): number {
  return fake.callsOf("editMessageText").filter((call) => call.outcome === outcome).length;
}

function labelled(chat: FakeChat, text: string): Promise<void> {
  return until(
    () => chat.texts().includes(`(may be a duplicate)\n${text}`),
    () => chat.texts().join(" | "),
  );
}
