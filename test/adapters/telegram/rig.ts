import { onTestFinished, vi } from "vitest";

import type { Adapter } from "../../../adapters/adapter.ts";
import { createTelegramAdapter } from "../../../adapters/telegram/telegram-adapter.ts";
import type { TelegramOptions } from "../../../adapters/telegram/telegram-adapter.ts";
import { realChance, realClock } from "../../../sessions/real-time.ts";
import { rest } from "../../fakes/fake-clock.ts";
import type { FakeClock } from "../../fakes/fake-clock.ts";
import type {
  FakeBot,
  FakeBotOptions,
  FakeChat,
  FakePerson,
  FakeTelegram,
  FakeTelegramOptions,
} from "../../fakes/telegram/fake-telegram.ts";
import { startFakeTelegram } from "../../fakes/telegram/start-fake-telegram.ts";
import { createRecordingHost } from "../recording-host.ts";
import type { RecordingHost } from "../recording-host.ts";

/** A Bot API server, one bot and one person there, and adapters for the bot on a recording gateway. */
export interface Rig {
  readonly fake: FakeTelegram;
  readonly bot: FakeBot;
  readonly ann: FakePerson;
  readonly chat: FakeChat;
  readonly host: RecordingHost;
  readonly lines: string[];
  /** One more life of the same account; disconnected when the test ends. */
  adapter(options?: Partial<TelegramOptions>): Adapter;
  /** The same, connected. */
  connected(options?: Partial<TelegramOptions>): Promise<Adapter>;
  texts(): string[];
}

export interface RigOptions extends FakeTelegramOptions {
  readonly bot?: FakeBotOptions;
}

export async function setUp({ bot: botOptions, ...options }: RigOptions = {}): Promise<Rig> {
  const fake = await startFakeTelegram({ pollBrakes: false, limits: "off", ...options });
  onTestFinished(() => fake.stop());
  const bot = fake.bot({ username: "sluice_bot", ...botOptions });
  const ann = fake.person("Ann", { username: "ann" });
  const host = createRecordingHost();
  const lines: string[] = [];
  const note = (fields: object, text: string): void =>
    void lines.push(`${text} ${JSON.stringify(fields)}`);

  function adapter(more: Partial<TelegramOptions> = {}): Adapter {
    const made = createTelegramAdapter({
      network: "telegram",
      account: "main",
      token: bot.token,
      apiRoot: fake.url,
      groups: { "*": "mention" },
      quote: "never",
      webhook: null,
      clock: options.clock ?? realClock,
      chance: realChance,
      log: { info: note, warn: note, error: note },
      ...more,
    });
    onTestFinished(() => made.disconnect());
    return made;
  }

  return {
    fake,
    bot,
    ann,
    chat: fake.privateChat(ann, bot),
    host,
    lines,
    adapter,
    async connected(more) {
      const made = adapter(more);
      await made.connect(host, new AbortController().signal);
      return made;
    },
    texts: () => host.stored.map(({ text }) => text),
  };
}

export function until(check: () => void | Promise<void>, timeout = 5000): Promise<void> {
  return vi.waitFor(check, { timeout, interval: 5 });
}

/** As `until`, with the fake clock moved on in steps in between: what goes over sockets needs real moments. */
export async function untilMoved(
  clock: FakeClock,
  stepMs: number,
  check: () => boolean,
): Promise<void> {
  for (let round = 0; round < 400; round += 1) {
    if (check()) return;
    await clock.advance(stepMs);
    await rest();
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  throw new Error(`never came true: ${check.toString()}`);
}
