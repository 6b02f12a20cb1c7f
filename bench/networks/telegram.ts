import type { FakeChat } from "../../test/fakes/telegram/fake-telegram.ts";
import { startFakeTelegram } from "../../test/fakes/telegram/start-fake-telegram.ts";
import type { Network, Stage } from "./network.ts";
import { watchCalls } from "./watch-calls.ts";

export const telegram: Network = {
  name: "Telegram",
  library: "grammY",
  adapter: "telegram",
  bare: "bare-grammy",
  preload: [],
  open,
};

async function open(): Promise<Stage> {
  // Its brakes on hasty pollers, too, are felt only in how long a bot takes to leave.
  const fake = await startFakeTelegram({ limits: "off", pollBrakes: false });
  const bot = fake.bot();
  const chats = new Map<number, FakeChat>();
  const stops: (() => void)[] = [];

  function chatOf(person: number): FakeChat {
    const chat = chats.get(person) ?? fake.privateChat(fake.person(`Person ${person}`), bot);
    chats.set(person, chat);
    return chat;
  }

  return {
    token: bot.token,
    apiRoot: fake.url,
    isListening: () => bot.polling > 0,
    say: (person, text) => void chatOf(person).say(text),
    onText(listener) {
      stops.push(
        watchCalls(
          fake.calls,
          ({ outcome }) => outcome !== "held",
          ({ method, outcome, payload }) => {
            if (method === "sendmessage" && outcome === 200) listener(String(payload["text"]));
          },
        ),
      );
    },
    async close() {
      for (const stop of stops) stop();
      await fake.stop();
    },
  };
}
