import { afterEach, expect, it } from "vitest";

import { startFakeDiscord } from "../fakes/discord/start-fake-discord.ts";
import { startFakeTelegram } from "../fakes/telegram/start-fake-telegram.ts";
import { openHouse, PATIENCE, type House } from "./house.ts";

/** A network as people see it who never wrote to the bot before. */
interface Street {
  /** YAML of the network. */
  readonly network: string;
  readonly token: string;
  /** What the bot wrote to one person alone. */
  texts(): readonly string[];
  say(text: string): void;
  /** The same person, and a bot, speak to it in a group. */
  sayInGroup(text: string): void;
  textsInGroup(): readonly string[];
  close(): Promise<void>;
}

let house: House | null = null;
let street: Street | null = null;
afterEach(async () => {
  await house?.close();
  await street?.close();
});

async function telegram(): Promise<Street> {
  const fake = await startFakeTelegram({ pollBrakes: false, limits: "off" });
  const bot = fake.bot({ username: "sluice_bot" });
  const eve = fake.person("Eve");
  const alone = fake.privateChat(eve, bot);
  const group = fake.group("Home", { people: [eve], bots: [bot] });
  return {
    network: `telegram: { adapter: telegram, token: { env: BOT }, apiRoot: "${fake.url}"`,
    token: bot.token,
    texts: () => alone.texts(),
    say: (text) => void alone.say(text),
    sayInGroup(text) {
      group.say(`@sluice_bot ${text}`);
      // Another bot, alone with this one.
      const robot = { id: 4242, is_bot: true, first_name: "Robot" };
      bot.raw({
        message: {
          message_id: 1,
          date: 1,
          text,
          from: robot,
          chat: { id: 4242, type: "private", first_name: "Robot" },
        },
      });
    },
    textsInGroup: () => [
      ...group.texts(),
      ...fake
        .callsOf("sendMessage")
        .flatMap(({ payload }) => (String(payload["chat_id"]) === "4242" ? ["to the bot"] : [])),
    ],
    close: () => fake.stop(),
  };
}

async function discord(): Promise<Street> {
  const fake = await startFakeDiscord({ rateLimits: "off" });
  const { person, channel } = fake.home;
  const alone = fake.people.dm(person);
  const robot = fake.people.person("Robot", { isBot: true });
  fake.people.join(fake.home.guild, robot);
  const own = (place: string) =>
    fake
      .seen(place)
      .filter(({ author }) => author.id === fake.bot.id)
      .map(({ content }) => content);
  return {
    network: `discord: { adapter: discord, token: { env: BOT }, apiRoot: "${fake.api}"`,
    token: fake.token,
    texts: () => own(alone),
    say: (text) => void fake.people.say(alone, text, { author: person }),
    sayInGroup(text) {
      fake.people.say(channel, `<@${fake.bot.id}> ${text}`, { author: person });
      fake.people.say(channel, `<@${fake.bot.id}> ${text}`, { author: robot });
    },
    textsInGroup: () => own(channel),
    close: () => fake.close(),
  };
}

it.each([
  ["telegram", telegram],
  ["discord", discord],
] as const)(
  "[X05] a stranger of %s becomes the operator by a code typed where the gateway runs, and a stranger again",
  async (name, open) => {
    street = await open();
    const { texts, say } = street;
    house = await openHouse(["log: { level: trace }"], { network: ` }, ${street.network}` });
    const environment = { BOT: street.token };
    const first = await house.run(environment);
    await expect
      .poll(
        async () => (await house?.control.status())?.adapters.map(({ state }) => state),
        PATIENCE,
      )
      .toEqual(["connected", "connected"]);

    street.sayInGroup("hello");
    say("hello");
    await expect.poll(() => texts().length, PATIENCE).toBe(1);
    const [, code = ""] = /Your code: (\S{4}-\S{4})/.exec(texts()[0] ?? "") ?? [];
    expect(code).not.toBe("");
    expect((await house.cli(["status"])).out).toContain(
      `${name}: no operator, 1 asking to be let in; sluice access approve CODE --operator`,
    );
    say("hello?");
    await house.say(`/pair ${code} operator`);
    await expect.poll(() => texts().at(-1), PATIENCE).toMatch(/as an operator/);
    expect(texts()).toHaveLength(2);

    // Allowed from now on, also in the next life.
    first.kill("SIGKILL");
    await first.ended;
    const second = await house.run(environment);
    say("echo how do you do");
    await expect.poll(() => texts().at(-1), PATIENCE).toBe("how do you do");
    const person = (await house.control.access.list()).people.find(
      ({ network }) => network === name,
    );
    expect(person).toMatchObject({ standing: "operator", by: "local:you" });

    const revoked = await house.cli(["access", "revoke", name, person?.user ?? ""]);
    expect(revoked).toMatchObject({ code: 0 });
    say("echo again");
    await expect.poll(() => texts().at(-1), PATIENCE).toMatch(/Your code: /);
    const next = /Your code: (\S{4}-\S{4})/.exec(texts().at(-1) ?? "")?.[1] ?? "";
    const approved = await house.cli(["access", "approve", next]);
    expect(approved.out).toMatch(new RegExp(`may now talk to it in ${name}\\.\n$`));
    expect(texts().filter((text) => text.includes("again"))).toEqual([]);

    expect(street.textsInGroup()).toEqual([]);
    second.kill("SIGTERM");
    const ended = [await first.ended, await second.ended];
    const log = ended.map(({ out, err }) => out + err).join("\n");
    expect(log).toContain("pairing code given");
    // Of the first life only: the second began with one.
    expect(log.split(`"msg":"nobody is an operator"`)).toHaveLength(2);
    for (const secret of [code, next, code.replace("-", ""), next.replace("-", ""), street.token]) {
      expect(log).not.toContain(secret);
    }
  },
);
