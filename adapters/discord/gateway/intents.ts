import { GatewayIntentBits } from "discord-api-types/v10";

/** What we ask to be told: servers and their channels, and what people write there and to the bot alone. */
export function intents(): GatewayIntentBits {
  return [
    GatewayIntentBits.Guilds,
    GatewayIntentBits.GuildMessages,
    GatewayIntentBits.DirectMessages,
    GatewayIntentBits.MessageContent,
  ].reduce((all, one) => all | one);
}
