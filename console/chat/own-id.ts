import { now } from "../page-clock.ts";

/** Names what a person did here, for ever: 96 bits of chance behind the time. */
export function makeOwnId(): string {
  const chance = crypto.getRandomValues(new Uint32Array(3));
  return [now(), ...chance].map((part) => part.toString(36)).join("-");
}
