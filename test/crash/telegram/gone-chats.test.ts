import { describe, expect, it } from "vitest";

import { until } from "../crash-world.ts";
import { readJournal } from "../journal.ts";
import { remains } from "./batch-run.ts";
import { openWorld } from "./open-world.ts";

describe("a chat that goes in the middle of an answer", () => {
  it.concurrent.for([
    { what: "was deleted", reason: "chat not found", go: "destroy" },
    { what: "blocked the bot", reason: "bot was blocked by the user", go: "block" },
  ] as const)(
    "and $what leaves a dead letter with the reason, and harms no other",
    async (how, test) => {
      const world = await openWorld(test);
      const ann = world.chat("ann");
      const bea = world.chat("bea");
      const first = await world.bootReady();
      ann.say("slow 2");
      await until(() => ann.texts().length === 1);
      ann[how.go]();
      bea.say("echo meanwhile");
      await until(() => bea.texts().includes("meanwhile"));
      await until(() => world.log().includes("reply given up"));
      const letters = await world.control.deadLetters(10);
      expect(letters).toHaveLength(1);
      expect(JSON.stringify(letters)).toContain(how.reason);
      await first.end("SIGKILL");
      const sends = (): number => world.fake.calls.filter(isToAnn).length;
      const before = sends();
      bea.say("echo afterwards");
      const second = await world.bootReady();
      await until(() => bea.texts().includes("afterwards"));
      expect(await world.control.deadLetters(10)).toEqual(letters);
      await second.end("SIGTERM");
      expect(sends()).toBe(before);
      expect(remains(world)).toEqual([expect.stringContaining(how.reason)]);

      function isToAnn({ payload, method }: (typeof world.fake.calls)[number]): boolean {
        return method !== "sendchataction" && String(payload["chat_id"]) === String(ann.id);
      }
    },
  );

  it.concurrent("and comes back as a supergroup keeps its session, and gets its answers there", async (test) => {
    const world = await openWorld(test);
    const ann = world.fake.person("Ann");
    const old = world.fake.group("Ops", { people: [ann], bots: [world.bot], basic: true });
    const say = (chat: typeof old, text: string): number =>
      chat.say(`@${world.bot.username} ${text}`);
    const first = await world.bootReady();
    // In a group an answer is shown after three seconds.
    say(old, "slow 4");
    await until(() => old.texts().length === 1);
    const fresh = old.migrate();
    await until(
      () => fresh.texts().some((text) => text.endsWith(". Done.")),
      () => world.log().slice(-3000),
    );
    await until(() => readJournal(world.stateDir).unsentReplies.length === 0);
    expect(old.texts()).toHaveLength(1);
    await first.end("SIGKILL");
    say(fresh, "history");
    const second = await world.bootReady();
    await until(() => fresh.texts().length === 2);
    expect(fresh.texts().at(-1)).toContain("user: slow 4");
    const { items } = await world.control.sessions({ status: null, limit: 10, after: null });
    expect(items.map(({ key }) => key)).toEqual([`telegram:bot0:${old.id}::${ann.id}`]);
    await second.end("SIGTERM");
    expect(remains(world)).toEqual([]);
  });
});
