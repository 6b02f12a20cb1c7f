import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  Routes,
} from "discord-api-types/v10";
import { z } from "zod";

import type { AdapterHost, MenuEntry } from "../../adapter.ts";
import { toFailure } from "./failure.ts";
import type { OutboundParts } from "./parts.ts";

/** What of a slash command is ours to say. */
const command = z.object({
  type: z.number().default(ApplicationCommandType.ChatInput),
  name: z.string(),
  description: z.string(),
  options: z
    .array(
      z.object({
        type: z.number(),
        name: z.string(),
        description: z.string(),
        required: z.boolean().default(false),
      }),
    )
    .default([]),
});

type Command = z.infer<typeof command>;

/** Where the words behind a command are. */
const WORDS_OPTION = "words";
const LONGEST_DESCRIPTION = 100;

/** [E10] Writing them is rationed (200 a day), so that a restart only reads them. Never rejects. */
export async function setCommands(
  parts: OutboundParts,
  { menu }: Pick<AdapterHost, "menu">,
): Promise<void> {
  const { client, options, bot } = parts;
  const application = bot()?.applicationId;
  if (application === undefined) return;
  const route = Routes.applicationCommands(application);
  try {
    const wanted = menu.map(toCommand);
    const present = z.array(command).parse(await client.rest.get(route));
    if (fingerprint(present) === fingerprint(wanted)) return;
    await client.rest.put(route, { body: wanted });
    options.log.info({ account: options.account, count: wanted.length }, "slash commands set");
  } catch (thrown) {
    const { outcome, ...more } = toFailure(thrown, parts);
    options.log.warn({ account: options.account, outcome, ...more }, "slash commands not set");
  }
}

function toCommand({ name, usage, summary }: MenuEntry): Command {
  const words = {
    type: ApplicationCommandOptionType.String,
    name: WORDS_OPTION,
    description: clip(usage),
    required: false,
  };
  return {
    type: ApplicationCommandType.ChatInput,
    name,
    description: clip(summary === "" ? name : summary),
    options: usage === "" ? [] : [words],
  };
}

function clip(text: string): string {
  if (text.length <= LONGEST_DESCRIPTION) return text;
  return `${text.slice(0, LONGEST_DESCRIPTION - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** Discord answers in an order of its own. */
function fingerprint(commands: readonly Command[]): string {
  return JSON.stringify(commands.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
}
