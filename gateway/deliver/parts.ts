import type { Address } from "../../sessions/message.ts";
import type { Core } from "../core.ts";
import { splitText } from "./split.ts";

/** A text as the messages that its network can show. */
export function textParts(core: Core, address: Address, text: string): readonly string[] {
  return splitText(text, roomFor(core, address));
}

/** A text as one message: what does not fit is left out, and that is to be seen. */
export function clipText(core: Core, address: Address, text: string): string {
  const room = roomFor(core, address);
  if (text.length <= room) return text;
  return `${splitText(text, room - 2)[0] ?? ""}\n…`;
}

/** What fits must fit again with the label of a repeated send. */
export function roomFor(core: Core, address: Address): number {
  const label = core.texts.say("may_be_duplicate", { text: "" });
  return core.networks.capabilities(address).textLimit - label.length;
}
