import { Client, Events, GatewayIntentBits, Partials } from "discord.js";

/** A bot as discord.js's guide shows it: it answers with what it was told, and keeps nothing. */
const [, , token = "", apiRoot = ""] = process.argv;
const { Guilds, GuildMessages, DirectMessages, MessageContent } = GatewayIntentBits;
const client = new Client({
  intents: [Guilds, GuildMessages, DirectMessages, MessageContent],
  // Without it the library passes over private messages.
  partials: [Partials.Channel],
  // The brake of 50 calls a second is lifted for both bots, see `lift-discord-brake.ts`.
  rest: { api: apiRoot, globalRequestsPerSecond: 1_000_000 },
});

client.on(Events.MessageCreate, (message) => {
  if (!message.author.bot) void message.reply(message.content.replace(/^echo /, ""));
});

process.once("SIGTERM", () => void client.destroy());
await client.login(token);
