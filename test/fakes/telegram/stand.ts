import { Api, GrammyError, HttpError } from "grammy";
import { onTestFinished, vi } from "vitest";

import type {
  FakeBot,
  FakeChat,
  FakePerson,
  FakeTelegram,
  FakeTelegramOptions,
} from "./fake-telegram.ts";
import { startFakeTelegram } from "./start-fake-telegram.ts";

/** A server with one bot and one person who talks to it, reached by a real client. */
export interface Stand {
  readonly fake: FakeTelegram;
  readonly bot: FakeBot;
  readonly ann: FakePerson;
  readonly chat: FakeChat;
  readonly api: Api;
  /** A call without grammY. */
  call(method: string, payload?: Readonly<Record<string, unknown>>): Promise<unknown>;
}

export async function setUp(options: FakeTelegramOptions = {}): Promise<Stand> {
  const fake = await startFakeTelegram({ pollBrakes: false, limits: "off", ...options });
  onTestFinished(() => fake.stop());
  const bot = fake.bot({ username: "sluice_bot" });
  const ann = fake.person("Ann", { username: "ann" });
  return {
    fake,
    bot,
    ann,
    chat: fake.privateChat(ann, bot),
    api: new Api(bot.token, { apiRoot: fake.url }),
    call: (method, payload = {}) => rawCall(`${fake.url}/bot${bot.token}/${method}`, payload),
  };
}

/** As grammY types it, which is as another package does. */
export function signalOf({ signal }: AbortController): Parameters<Api["getMe"]>[0] {
  return signal as unknown as Parameters<Api["getMe"]>[0];
}

export async function rawCall(
  url: string,
  payload: Readonly<Record<string, unknown>> = {},
): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(payload),
  });
  return response.json();
}

/** What Telegram answers to a call that it refuses; fails when it does not. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof GrammyError) return error.description;
    if (error instanceof HttpError) return "no answer";
    throw error;
  }
  throw new Error("it was not refused");
}

/** Waits until the check holds, on a busy machine, too. */
export function until(check: () => unknown): Promise<unknown> {
  return vi.waitFor(check, { timeout: 10_000, interval: 5 });
}
