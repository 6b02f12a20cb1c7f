import { setTimeout as pause } from "node:timers/promises";
import { openConsoleHouse } from "../../test/console/e2e/console-house.ts";
import type { ConsoleHouse } from "../../test/console/e2e/console-house.ts";
import type { FakeChat } from "../../test/fakes/telegram/fake-telegram.ts";
import { startFakeTelegram } from "../../test/fakes/telegram/start-fake-telegram.ts";

/** A real gateway between people of two networks and the demo agent, and what happens to them in a minute and a half. */
export interface Story {
  readonly house: ConsoleHouse;
  /** Turns of many kinds; returns while some still run. */
  begin(): Promise<void>;
  /** A restart that waits for them; `during` is called while it does. */
  restart(during: () => Promise<void>): Promise<void>;
  /** A kill in the middle of an answer, and what people say after it. */
  kill(): Promise<void>;
  /** Something runs, waits, is asked and cannot be delivered. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

const TOKEN = "7100000001:AAExample-of-a-story-9f3kQzT";

export async function openStory(): Promise<Story> {
  const telegram = await startFakeTelegram({ limits: "off" });
  const bot = telegram.bot({ username: "sluice_bot", token: TOKEN });
  const chatOf = (name: string, id: number): FakeChat =>
    telegram.privateChat(telegram.person(name, { id }), bot);
  const [ann, bea, cem] = [chatOf("Ann", 81234), chatOf("Bea", 82345), chatOf("Cem", 83456)];
  const house = await openConsoleHouse({
    wordMs: 40,
    top: ["drain: { timeoutMs: 9000 }"],
    networks: `telegram: { adapter: telegram, apiRoot: "${telegram.url}", token: { env: BOT_TOKEN }, allow: ["*"] }`,
    environment: { BOT_TOKEN: TOKEN },
  });
  await house.start();

  return {
    house,
    async begin() {
      await house.say("home", "hello");
      await house.say("garden", "tool 3");
      ann.say("slow 4");
      await pause(3000);
      await house.say("release-notes", "long 1200");
      await house.say("billing", "slow 5");
      await house.say("ops", "ask May I restart the print server?");
      await pause(4000);
      bea.say("tool 4");
      await house.say("night-shift", "slow 45");
      await house.say("garden", "slow 9");
      await pause(2500);
      await house.say("home", "slow 20");
      await house.waitSaid("home", /Counting to 80: 1 2 3/);
    },
    async restart(during) {
      const { boot } = await house.ready();
      await during();
      await house.ready(boot);
      await house.waitSaid("home", /Cut short by a restart/);
      await pause(2000);
      await house.say("home", "what was that? go on");
      await house.say("night-shift", "slow 6");
      ann.say("tool 2");
      await pause(7000);
    },
    async kill() {
      const { boot, pid } = await house.ready();
      await house.say("billing", "slow 30");
      bea.say("slow 30");
      await house.say("garden", "slow 3");
      await house.waitSaid("billing", /Counting to 120: 1 2/);
      await pause(6000);
      process.kill(pid, "SIGKILL");
      await house.ready(boot);
      await pause(2500);
      await house.say("billing", "go on, please");
      await pause(3000);
    },
    async settle() {
      await house.say("release-notes", "slow 300");
      await house.say("release-notes", "and then the changelog");
      await house.say(
        "night-shift",
        "ask May I delete the old backups?\nrm -rf /srv/backups/2024-*",
      );
      ann.say("ask May I publish version 2.4?");
      await house.say("failed-import", "fail");
      cem.say("slow 2");
      cem.block();
      await pause(4000);
      telegram.faults.fail("sendMessage", { status: 502 });
      bea.say("is anybody there?");
      await pause(2500);
    },
    async close() {
      await house.close();
      await telegram.stop();
    },
  };
}
