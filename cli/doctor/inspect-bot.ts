import type { BotInspection } from "../../adapters/bot-inspection.ts";
import type { Clock } from "../../sessions/clock.ts";

/** A bot to ask its network about. */
export type BotToInspect =
  | {
      readonly adapter: "telegram";
      readonly token: string;
      readonly apiRoot: string;
      readonly hearsAll: boolean;
      readonly hasWebhook: boolean;
    }
  | { readonly adapter: "discord"; readonly token: string; readonly apiRoot: string };

const ANSWER_MS = 10_000;

/** Asks the network, for ten seconds at most. Never rejects. Only the library of that network is loaded. */
export async function inspectBot(bot: BotToInspect, clock: Clock): Promise<BotInspection> {
  const late = new AbortController();
  const timer = clock.timer(ANSWER_MS, () => late.abort());
  try {
    switch (bot.adapter) {
      case "telegram": {
        const { inspectTelegramBot } = await import("../../adapters/telegram/inspect-bot.ts");
        return await inspectTelegramBot(bot, late.signal);
      }
      case "discord": {
        const { inspectDiscordBot } = await import("../../adapters/discord/inspect-bot.ts");
        return await inspectDiscordBot({ ...bot, clock }, late.signal);
      }
    }
  } finally {
    timer.cancel();
  }
}
