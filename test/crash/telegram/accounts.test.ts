import { expect, it } from "vitest";

import { until } from "../crash-world.ts";
import { remains } from "./batch-run.ts";
import { openWorld } from "./open-world.ts";
import { isSettled, judge } from "../verdict.ts";

it.concurrent("three bots in one gateway cross nothing, though one person talks to all, and it is killed twice", async (test) => {
  const world = await openWorld(test, { bots: 3 });
  const ann = world.fake.person("Ann");
  const chats = world.bots.map((bot) => world.chat(bot.username, { person: ann, bot }));
  const say = (round: number): void => {
    for (const [index, chat] of chats.entries()) chat.say(`echo bot ${index} round ${round}`);
  };
  say(1);
  const first = await world.bootReady();
  await until(() => chats.some((chat) => chat.texts().length > 0));
  say(2);
  await first.end("SIGKILL");
  say(3);
  const second = await world.bootReady();
  await until(() => chats.some((chat) => chat.texts().some((text) => text.includes("round 3"))));
  await second.end("SIGKILL");
  for (const chat of chats) chat.say("history");
  const last = await world.bootReady();
  await until(() => isSettled(world.conversations()));
  await last.end("SIGTERM");
  expect(judge(world.conversations()).violations).toEqual([]);
  for (const [index, chat] of chats.entries()) {
    const strange = chat
      .texts()
      .filter((text) => /bot [0-2]/.test(text.replaceAll(`bot ${index}`, "")));
    expect(strange).toEqual([]);
    expect(chat.texts().at(-1)).toContain(`user: echo bot ${index} round 1`);
  }
  expect(remains(world)).toEqual([]);
});
