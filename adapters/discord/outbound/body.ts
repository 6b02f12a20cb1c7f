import { ButtonStyle, ComponentType, MessageFlags } from "discord-api-types/v10";
import type {
  APIActionRowComponent,
  APIButtonComponentWithCustomId,
  RESTPostAPIChannelMessageJSONBody,
} from "discord-api-types/v10";

import type { Button, OutboundMessage } from "../../../sessions/message.ts";
import { DISCORD_CAPABILITIES } from "./capabilities.ts";
import { formatMarkdown } from "./format.ts";

const ROWS = 5;
const PER_ROW = 5;
const LONGEST_LABEL = 80;
const LONGEST_DATA = 100;

export type MessageBody = Pick<
  RESTPostAPIChannelMessageJSONBody,
  "content" | "components" | "allowed_mentions" | "flags"
>;

/** A message as Discord takes it, the same for a new one and an edit. */
export function toBody({ text, buttons }: Pick<OutboundMessage, "text" | "buttons">): MessageBody {
  return {
    content: formatMarkdown(text, DISCORD_CAPABILITIES.textLimit),
    components: toRows(buttons),
    // Whatever an agent was talked into writing, it rings nobody.
    allowed_mentions: { parse: [], replied_user: false },
    // Previews of every link bury the answer.
    flags: MessageFlags.SuppressEmbeds,
  };
}

/** Why Discord would not take it, or null. */
export function flawOf({ text, buttons, file }: OutboundMessage): string | null {
  if (text.length > DISCORD_CAPABILITIES.textLimit) {
    return `the text is longer than ${DISCORD_CAPABILITIES.textLimit} characters`;
  }
  if (text.trim() === "" && buttons.flat().length === 0 && file === null) {
    return "the message is empty";
  }
  if (buttons.flat().some(({ data }) => data.length > LONGEST_DATA)) {
    return `a button carries more than ${LONGEST_DATA} characters`;
  }
  if (rowsOf(buttons).length > ROWS) return `it has more than ${ROWS} rows of buttons`;
  return null;
}

function toRows(
  buttons: OutboundMessage["buttons"],
): APIActionRowComponent<APIButtonComponentWithCustomId>[] {
  return rowsOf(buttons).map((row) => ({
    type: ComponentType.ActionRow,
    components: row.map(({ label, data }) => ({
      type: ComponentType.Button,
      style: ButtonStyle.Secondary,
      label: label.trim() === "" ? "…" : clip(label),
      custom_id: data,
    })),
  }));
}

function rowsOf(buttons: OutboundMessage["buttons"]): readonly (readonly Button[])[] {
  return buttons.flatMap((row) =>
    Array.from({ length: Math.ceil(row.length / PER_ROW) }, (_, at) =>
      row.slice(at * PER_ROW, (at + 1) * PER_ROW),
    ),
  );
}

function clip(label: string): string {
  if (label.length <= LONGEST_LABEL) return label;
  return `${label.slice(0, LONGEST_LABEL - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
