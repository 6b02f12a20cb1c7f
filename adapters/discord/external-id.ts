/**
 * What an external id of Discord says. As text:
 * `<bot>:<channel>:<message>`, `<bot>:<channel>:<message>:e<edited at>` for new words of that message,
 * `<bot>:i:<interaction>` for a slash command or the press of a button.
 */
export type ExternalId =
  | {
      readonly kind: "message";
      readonly bot: string;
      readonly channel: string;
      readonly id: string;
    }
  | {
      readonly kind: "edit";
      readonly bot: string;
      readonly channel: string;
      readonly id: string;
      /** Epoch ms. */
      readonly editedAt: number;
    }
  | { readonly kind: "interaction"; readonly bot: string; readonly id: string };

export function formatExternalId(one: ExternalId): string {
  switch (one.kind) {
    case "message":
      return `${one.bot}:${one.channel}:${one.id}`;
    case "edit":
      return `${one.bot}:${one.channel}:${one.id}:e${one.editedAt}`;
    case "interaction":
      return `${one.bot}:i:${one.id}`;
  }
}

/** Null: not an id of ours. */
export function parseExternalId(text: string): ExternalId | null {
  const interaction = INTERACTION.exec(text);
  if (interaction !== null) {
    const [, bot = "", id = ""] = interaction;
    return { kind: "interaction", bot, id };
  }
  const message = MESSAGE.exec(text);
  if (message === null) return null;
  const [, bot = "", channel = "", id = "", editedAt] = message;
  return editedAt === undefined
    ? { kind: "message", bot, channel, id }
    : { kind: "edit", bot, channel, id, editedAt: Number(editedAt) };
}

const INTERACTION = /^(\d+):i:(\d+)$/;
const MESSAGE = /^(\d+):(\d+):(\d+)(?::e(\d+))?$/;
