import type { Log } from "../../log.ts";
import type { TelegramClient } from "../client.ts";
import type { Line } from "./line.ts";

/** What every kind of call needs. */
export interface Desk {
  readonly client: TelegramClient;
  readonly line: Line;
  readonly log: Log;
}
