/**
 * The source itself, for when Telegram refuses our entities: never longer than it was, and without what makes
 * a send be refused for its encoding.
 */
export function plainText(markdown: string): string {
  return sendable(markdown).trim();
}

/** Line ends become `\n`, half characters U+FFFD; control characters are left out. */
export function sendable(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\r\n?|[\u2028\u2029]/g, "\n")
    .replaceAll(/[^\P{Cc}\n\t]/gu, "");
}
