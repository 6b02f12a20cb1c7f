import type { Update } from "grammy/types";

import { createTelegramAdapter } from "../../../adapters/telegram/telegram-adapter.ts";
import type { TelegramOptions } from "../../../adapters/telegram/telegram-adapter.ts";
import { parseExternalId } from "../../../adapters/telegram/external-id.ts";
import type { Adapter } from "../../../adapters/adapter.ts";
import { createWebhookDoor } from "../../../gateway/webhook-door.ts";
import { realChance, realClock } from "../../../sessions/real-time.ts";
import type { FakeBot, FakePerson } from "../../fakes/telegram/fake-telegram.ts";
import { startFakeTelegram } from "../../fakes/telegram/start-fake-telegram.ts";
import { adapterContract } from "../contract.ts";
import type { AdapterHarness, Words } from "../contract.ts";
import { createRecordingHost } from "../recording-host.ts";
import { until } from "./rig.ts";

const SECRET = "planted-telegram-secret";

adapterContract("Telegram, asked by us,", () => makeHarness(false));
adapterContract("Telegram, calling us,", () => makeHarness(true));

async function makeHarness(byWebhook: boolean): Promise<AdapterHarness> {
  const fake = await startFakeTelegram({
    limits: "off",
    pollBrakes: false,
    allowHttpWebhooks: true,
  });
  const bot = fake.bot({
    token: `4711:${SECRET}`,
    username: "sluice_bot",
    canReadAllGroupMessages: true,
  });
  const people = new Map<string, FakePerson>(
    ["you", "ada"].map((name) => [name, fake.person(name)]),
  );
  const group = fake.group("Home", { people: [...people.values()], bots: [bot], forum: true });
  const topic = group.openTopic("Plans");
  const host = createRecordingHost();
  const lines: string[] = [];
  const note = (fields: object, text: string): void =>
    void lines.push(`${JSON.stringify(fields)} ${text}`);
  const made: Adapter[] = [];
  const door = createWebhookDoor(
    { host: "127.0.0.1", port: 0 },
    { log: { info: note, error: note } },
  );
  const closeDoor = await door.open("/held", () => Promise.resolve({ status: 200 }));
  const webhook = byWebhook ? { url: `http://127.0.0.1:${door.port()}`, door } : null;

  function make(more: Partial<TelegramOptions> = {}): Adapter {
    const adapter = createTelegramAdapter({
      network: "telegram",
      account: "main",
      token: bot.token,
      apiRoot: fake.url,
      groups: { "*": "all" },
      quote: "auto",
      webhook,
      clock: realClock,
      chance: realChance,
      log: { info: note, warn: note, error: note },
      ...more,
    });
    made.push(adapter);
    return adapter;
  }

  /** Whether the update is ours. That the gateway did not take it shows before Telegram gives it again. */
  async function isOwned(updateId: number): Promise<boolean> {
    const failures = host.failures.length;
    const isPending = (): boolean => bot.pending.some((one) => one.update_id === updateId);
    await until(() => {
      if (isPending() && host.failures.length === failures) throw new Error("still pending");
    });
    return !isPending();
  }

  const named = new Map<string, Update>();
  async function say({ chat, text, name, thread, replyTo, user = "you" }: Words): Promise<boolean> {
    const from = people.get(user);
    if (chat !== String(group.id) || from === undefined) throw new Error("nobody there");
    const answered = replyTo === undefined ? null : parseExternalId(replyTo);
    group.say(text, {
      from,
      ...(thread !== undefined && thread !== null && { thread: Number(thread) }),
      ...(answered !== null && { replyTo: answered.message }),
    });
    const update = latest(bot);
    named.set(name, update);
    return isOwned(update.update_id);
  }

  return {
    adapter: make(),
    host,
    place: { chat: String(group.id), thread: String(topic) },
    secret: SECRET,
    logged: () => lines.join("\n"),
    userId: (user) => String(people.get(user)?.id),
    restarted: () => make(),
    obstructed: () =>
      Promise.resolve({
        adapter: make({ account: "other", token: `4711:${SECRET}-wrong` }),
        code: "adapter_refused",
      }),
    person: {
      say,
      // Under another number: what is below the offset of a poll that waits is not given again.
      async repeat({ name }) {
        const update = named.get(name);
        if (update === undefined) throw new Error(`nobody said ${name}`);
        const { update_id: id, ...body } = update;
        const isPending = bot.pending.some((one) => one.update_id === id);
        return isOwned(isPending ? id : bot.raw(body));
      },
      press({ on, data }) {
        const message = parseExternalId(on)?.message ?? 0;
        group.press(message, { data }, people.get("you"));
        return isOwned(latest(bot).update_id);
      },
      seen: (chat) =>
        Promise.resolve(
          (chat === String(group.id) ? group.seen() : [])
            .filter(({ byBot }) => byBot)
            .map((one) => ({
              externalId: `${bot.id}:${group.id}:${one.id}`,
              thread: one.thread === null ? null : String(one.thread),
              text: one.text,
              buttons: one.buttons.map((row) =>
                row.map(({ label, data }) => ({ label, data: data ?? "" })),
              ),
              replyTo: one.replyTo === null ? null : `${bot.id}:${group.id}:${one.replyTo}`,
            })),
        ),
    },
    async close() {
      await Promise.all(made.map((one) => one.disconnect()));
      await closeDoor();
      await fake.stop();
    },
  };
}

/** Of what was done just now. */
function latest(bot: FakeBot): Update {
  const update = bot.pending.at(-1);
  if (update === undefined) throw new Error("nothing was done");
  return update;
}
