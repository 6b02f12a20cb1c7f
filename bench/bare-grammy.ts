import { Bot } from "grammy";

/** A bot as grammY's first page shows it: it answers with what it was told, and keeps nothing. */
const [, , token = "", apiRoot = ""] = process.argv;
const bot = new Bot(token, { client: { apiRoot } });

bot.on("message:text", (context) => context.reply(context.message.text.replace(/^echo /, "")));

process.once("SIGTERM", () => void bot.stop());
await bot.start();
