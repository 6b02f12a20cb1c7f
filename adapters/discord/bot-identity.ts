/** Who the bot is on Discord. */
export interface BotIdentity {
  /** Its user id. */
  readonly id: string;
  /** Of the application it belongs to: slash commands and answers to interactions go by it. */
  readonly applicationId: string;
  readonly name: string;
}
