/** A chat network in the driver's process, with one bot in it and any number of people who write to it in private. */
export interface Stage {
  readonly token: string;
  readonly apiRoot: string;
  /** The bot has come: what is said from now reaches it at once. */
  isListening(): boolean;
  /** Takes effect at once. People are known by number. */
  say(person: number, text: string): void;
  /** Calls back for each new message of the bot, when the bot is told that it has arrived. */
  onText(listener: (text: string) => void): void;
  close(): Promise<void>;
}

/** What is measured against what. */
export interface Network {
  readonly name: string;
  readonly library: string;
  /** Of the adapter in the configuration. */
  readonly adapter: "telegram" | "discord";
  /** File in `bench/`, without its ending. */
  readonly bare: string;
  /** Loaded before the gateway. */
  readonly preload: readonly string[];
  open(): Promise<Stage>;
}
