/**
 * What makes an update one of its kind, whatever its number: the numbers of updates may begin again at random
 * after a quiet week, the numbers of messages do not. The same update again has the same id; another update
 * under a number that was used before has another.
 */
export interface MessageIdentity {
  /** User id of the bot, so that another bot under the same account's name shares nothing with it. */
  readonly bot: number;
  /** As Telegram names the chat at that time. */
  readonly chat: string;
  readonly message: number;
  /** One change of it: two within a second have the same date, but not the same update. */
  readonly edit?: { readonly date: number; readonly update: number } | null;
}

/** `<bot>:<chat>:<message>`, a change of it `<bot>:<chat>:<message>:e<date>-<update>`. */
export function formatExternalId({ bot, chat, message, edit = null }: MessageIdentity): string {
  const id = `${bot}:${chat}:${message}`;
  return edit === null ? id : `${id}:e${edit.date}-${edit.update}`;
}

/** The message that an external id names, also when it names a change of it; null: not a message of this network. */
export function parseExternalId(text: string): MessageIdentity | null {
  const found = /^(\d+):(-?\d+):(\d+)(?::e(\d+)-(\d+))?$/.exec(text);
  if (found === null) return null;
  const [, bot, chat = "", message, date, update] = found;
  return {
    bot: Number(bot),
    chat,
    message: Number(message),
    edit: date === undefined ? null : { date: Number(date), update: Number(update) },
  };
}

/** `<bot>:cb:<callback query>` */
export function formatPressId(bot: number, query: string): string {
  return `${bot}:cb:${query}`;
}
