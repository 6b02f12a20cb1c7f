import type { BotAccount } from "./bot-account.ts";
import type { Parameters } from "./parameters.ts";
import type { World } from "./world.ts";

/** One call of a method, understood. */
export interface Call {
  readonly world: World;
  readonly bot: BotAccount;
  readonly parameters: Parameters;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
}

/** What it does; throws `BotError` to refuse. */
export type Method = (call: Call) => unknown;

/** A result with words, as some methods have them. */
export class Described {
  readonly result: unknown;
  readonly description: string;

  constructor(result: unknown, description: string) {
    this.result = result;
    this.description = description;
  }
}
