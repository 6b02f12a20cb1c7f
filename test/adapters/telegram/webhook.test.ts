import { Api } from "grammy";
import { describe, expect, it, onTestFinished } from "vitest";

import { webhookSecret } from "../../../adapters/telegram/inbound/webhook.ts";
import type { Adapter } from "../../../adapters/adapter.ts";
import { SluiceError } from "../../../sessions/errors.ts";
import { createWebhookDoor } from "../../../gateway/webhook-door.ts";
import type { ListeningDoor } from "../../../gateway/webhook-door.ts";
import { createFakeClock } from "../../fakes/fake-clock.ts";
import { setUp, until, untilMoved } from "./rig.ts";
import type { Rig, RigOptions } from "./rig.ts";

const signal = new AbortController().signal;
const quiet = { info: () => undefined, error: () => undefined };

interface WebhookRig extends Rig {
  readonly door: ListeningDoor;
  readonly url: string;
  open(): Promise<Adapter>;
  post(body: string, secret?: string): Promise<number>;
}

/** The door gets its port first, as an operator's configuration would name it. */
async function setUpWebhook(options: RigOptions = {}): Promise<WebhookRig> {
  const rig = await setUp({ allowHttpWebhooks: true, ...options });
  const door = createWebhookDoor({ host: "127.0.0.1", port: 0 }, { log: quiet });
  onTestFinished(await door.open("/held", () => Promise.resolve({ status: 200 })));
  const root = `http://127.0.0.1:${door.port()}`;
  const url = `${root}/telegram/telegram/main`;
  return {
    ...rig,
    door,
    url,
    open: () => rig.connected({ webhook: { url: `${root}/`, door } }),
    async post(body, secret = webhookSecret(rig.bot.token)) {
      const headers = { "x-telegram-bot-api-secret-token": secret };
      return (await fetch(url, { method: "POST", body, headers })).status;
    },
  };
}

describe("a Telegram webhook", () => {
  it("[T07] is set with a secret that follows from the token, and with our kinds, nothing dropped", async () => {
    const { fake, bot, host, url, open } = await setUpWebhook();
    await open();
    expect(host.states.at(-1)).toEqual({ at: "connected" });
    expect(bot.webhookUrl).toBe(url);
    const [call] = fake.callsOf("setWebhook");
    expect(call?.payload).toMatchObject({
      url,
      secret_token: webhookSecret(bot.token),
      allowed_updates: ["message", "edited_message", "callback_query", "my_chat_member"],
    });
    expect(call?.payload["drop_pending_updates"]).toBe(false);
    expect(webhookSecret(bot.token)).toMatch(/^[0-9a-f]{64}$/);
    expect(fake.callsOf("getUpdates")).toEqual([]);
  });

  it("[T07] a call is answered 200 only after its update is stored", async () => {
    const { bot, chat, host, open } = await setUpWebhook();
    await open();
    const release = host.hold();
    chat.say("hello");
    await until(() => expect(host.offered).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(bot.pending).toHaveLength(1);
    release();
    await until(() => expect(bot.pending).toHaveLength(0));
    expect(host.stored).toMatchObject([{ text: "hello" }]);
  });

  it("[T07] a store that failed is answered 503, and the update comes again", async () => {
    const { bot, chat, host, open, texts } = await setUpWebhook();
    await open();
    host.failures.push(new SluiceError("store_full", "no space", { advice: "make some" }));
    chat.say("hello");
    await until(() => expect(texts()).toEqual(["hello"]));
    expect(host.offered).toHaveLength(2);
    await until(() => expect(bot.pending).toHaveLength(0));
  });

  it("[T07] a call without the secret is refused, whatever it says", async () => {
    const { host, open, post, lines } = await setUpWebhook();
    await open();
    const update = JSON.stringify({ update_id: 1, message: { text: "let me in" } });
    expect(await post(update, "wrong")).toBe(401);
    expect(await post(update, "")).toBe(401);
    expect(host.offered).toEqual([]);
    expect(lines.filter((line) => line.includes("wrong secret"))).toHaveLength(2);
  });

  it("[T07] what is no update is taken from Telegram, so that it holds up nothing", async () => {
    const { open, post, lines } = await setUpWebhook();
    await open();
    expect(await post("not json")).toBe(200);
    expect(await post(JSON.stringify({ hello: 1 }))).toBe(200);
    expect(await post(JSON.stringify({ update_id: 5, message: 17 }))).toBe(200);
    expect(lines.filter((line) => line.includes("not an update"))).toHaveLength(2);
  });

  it("[T07] what comes while we are away is called in after the restart, each once", async () => {
    const { bot, chat, open, texts, url, post } = await setUpWebhook();
    const first = await open();
    chat.say("one");
    await until(() => expect(texts()).toEqual(["one"]));
    await first.disconnect();
    expect(bot.webhookUrl).toBe(url);
    expect(await post("{}")).toBe(404);
    chat.say("two");
    await open();
    await until(() => expect(texts()).toEqual(["one", "two"]));
  });

  it("[T07] a stop lets the store under way end, and answers what comes meanwhile 503", async () => {
    const { bot, chat, host, open, post } = await setUpWebhook();
    const adapter = await open();
    const release = host.hold();
    chat.say("one");
    await until(() => expect(host.offered).toHaveLength(1));
    let isGone = false;
    const gone = adapter.disconnect().then(() => (isGone = true));
    expect(await post(JSON.stringify({ update_id: 9 }))).toBe(503);
    expect(isGone).toBe(false);
    release();
    await gone;
    expect(host.stored).toHaveLength(1);
    await until(() => expect(bot.pending).toHaveLength(0));
  });

  it("[T06] an absence of more than 24 h is told, and told no more after the next start", async () => {
    const { bot, host, open } = await setUpWebhook();
    const value = { bot: bot.id, at: Date.now() - 30 * 3_600_000, update: 5 };
    await host.accept([], [{ space: "cursor", key: "polled", value, ttlMs: null }]);
    const first = await open();
    await until(() => expect(host.gaps).toMatchObject([{ about: null, from: value.at }]));
    await until(async () => expect(await host.cursor("polled")).not.toEqual(value));
    await first.disconnect();
    await open();
    expect(host.gaps).toHaveLength(1);
  });

  it("a webhook that something else took away is set again", async () => {
    const clock = createFakeClock(Date.now());
    const { fake, bot, url, open } = await setUpWebhook({ clock });
    await open();
    await new Api(bot.token, { apiRoot: fake.url }).deleteWebhook();
    expect(bot.webhookUrl).toBe("");
    await untilMoved(clock, 1000, () => bot.webhookUrl === url);
    expect(fake.callsOf("setWebhook")).toHaveLength(2);
  });

  it("[T07] the order of a chat is kept", async () => {
    const { chat, open, texts } = await setUpWebhook();
    await open();
    const all = Array.from({ length: 30 }, (_, at) => `n${at}`);
    for (const text of all) chat.say(text);
    await until(() => expect(texts()).toEqual(all));
  });

  it("[T05] a webhook that cannot be set yet is tried again", async () => {
    const { fake, chat, host, open, texts } = await setUpWebhook();
    fake.faults.fail("setWebhook", { status: 502, body: "<html></html>" }, 1);
    chat.say("hello");
    await open();
    expect(host.states.at(-1)).toMatchObject({ at: "retrying" });
    await until(() => expect(texts()).toEqual(["hello"]));
    await until(() => expect(host.states.at(-1)).toEqual({ at: "connected" }));
  });

  it("a taken port rejects the connect and says which", async () => {
    const { adapter, host, door, bot } = await setUpWebhook();
    const port = door.port() ?? 0;
    const other = createWebhookDoor({ host: "127.0.0.1", port }, { log: quiet });
    const webhook = { url: "http://127.0.0.1:1", door: other };
    const connecting = adapter({ webhook }).connect(host, signal);
    await expect(connecting).rejects.toMatchObject({ code: "port_in_use" });
    expect(host.states.at(-1)).toMatchObject({ at: "failed" });
    expect(bot.webhookUrl).toBe("");
  });
});
