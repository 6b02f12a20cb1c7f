/** Who we are on Telegram; the same for the life of the account, but for its user name. */
export interface BotIdentity {
  readonly id: number;
  /** Without the `@`. */
  readonly username: string;
}
