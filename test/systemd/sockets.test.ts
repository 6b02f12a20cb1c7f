import { writeFileSync } from "node:fs";
import { request } from "node:http";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";

import { webhookSecret } from "../../adapters/telegram/inbound/webhook.ts";
import { freePort, PATIENCE } from "../e2e/house.ts";
import { startFakeTelegram } from "../fakes/telegram/start-fake-telegram.ts";
import { isInWorld, openUnitHouse, type UnitHouse } from "./unit-house.ts";

const TOKEN = "777:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const CHATS = 10;

describe.skipIf(!isInWorld)("listeners that systemd keeps", () => {
  let house: UnitHouse;
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") console.error(await house.journal());
    await house.close();
  });

  /** A connection of its own for each, as the most a caller can lose. */
  function call(port: number, update: number, secret: string): Promise<number | string> {
    const chat = 1000 + (update % CHATS);
    const person = { id: chat, first_name: "Ann", is_bot: false };
    const message = {
      message_id: update,
      date: Math.floor(Date.now() / 1000),
      chat: { id: chat, type: "private", first_name: "Ann" },
      from: person,
      text: `echo ${update}`,
    };
    return new Promise((resolve) => {
      const asked = request(
        {
          port,
          host: "127.0.0.1",
          path: "/telegram/telegram/main",
          method: "POST",
          agent: false,
          headers: { "x-telegram-bot-api-secret-token": secret },
        },
        (answer) => {
          answer.resume();
          answer.on("end", () => resolve(answer.statusCode ?? 0));
          answer.on("error", (error) => resolve(error.message));
        },
      );
      asked.on("error", (error) => resolve(error.message));
      asked.end(JSON.stringify({ update_id: update, message }));
    });
  }

  async function heard(): Promise<readonly string[]> {
    const texts: string[] = [];
    for (let chat = 0; chat < CHATS; chat += 1) {
      const { transcript } = await house.control.session(`telegram:main:${1000 + chat}`);
      for (const { body } of transcript) if (body.kind === "user") texts.push(body.text);
    }
    return texts;
  }

  async function isLive(port: number): Promise<number | string> {
    const headers = { connection: "close" };
    const answer = await fetch(`http://127.0.0.1:${port}/livez`, { headers }).catch(String);
    return typeof answer === "string" ? answer : answer.status;
  }

  it("[X03][T07] webhooks under load across restarts: none is refused, and each message is answered once", async () => {
    const fake = await startFakeTelegram({ limits: "off" });
    onTestFinished(() => fake.stop());
    const bot = fake.bot({ token: TOKEN });
    for (let chat = 0; chat < CHATS; chat += 1) {
      fake.privateChat(fake.person("Ann", { id: 1000 + chat }), bot);
    }
    const [webhooks, healthPort] = [await freePort(), await freePort()];
    const tokenFile = "/srv/sluice-bot-token";
    writeFileSync(tokenFile, TOKEN);
    const telegram = `adapter: telegram, token: { file: ${tokenFile} }, apiRoot: "${fake.url}", allow: ["*"]`;
    house = await openUnitHouse({
      networks: `telegram: { ${telegram}, webhook: { url: "https://bot.example.org" } }`,
      settings: [`webhooks: { port: ${webhooks} }`],
      install: ["--run-as", "root", "--hardening", "off", "--sockets"],
      healthPort,
    });
    const answers: Promise<number | string>[] = [];
    const lives: Promise<number | string>[] = [];
    const secret = webhookSecret(TOKEN);
    const over = new AbortController();
    const load = (async () => {
      for (let update = 1; !over.signal.aborted; update += 1) {
        answers.push(call(webhooks, update, secret));
        if (update % 5 === 0) lives.push(isLive(healthPort));
        await new Promise((resolve) => setTimeout(resolve, 15));
      }
    })();
    await expect.poll(() => answers.length, PATIENCE).toBeGreaterThan(20);
    await house.systemctl("restart", house.unit);
    const { code, err } = await house.cli(["restart"]);
    expect(code, err).toBe(0);
    const before = answers.length;
    await expect.poll(() => answers.length, PATIENCE).toBeGreaterThan(before + 20);
    over.abort();
    await load;
    const codes = await Promise.all(answers);
    expect(codes.filter((code) => code !== 200)).toEqual([]);
    expect((await Promise.all(lives)).filter((code) => code !== 200)).toEqual([]);
    // Messages that waited together are one turn: each is in one transcript, once, and nothing waits any more.
    await expect
      .poll(async () => (await house.control.status()).queued, { timeout: 30_000, interval: 100 })
      .toBe(0);
    const wanted = codes.map((_, index) => `echo ${index + 1}`);
    expect((await heard()).toSorted()).toEqual(wanted.toSorted());
  }, 90_000);
});
