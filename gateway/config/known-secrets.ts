/**
 * Every secret that this process has held in its hand: one set for all, because what may not be said does not depend on
 * who says it. The adapters and workers take their own out of what they tell; this is for what none of them foresaw.
 */
const known = new Set<string>();

/** To blot out anything shorter would blot out ordinary words. */
const SHORTEST = 8;
/** A time, a size or an id of somebody: in JSON such a number stands without quotes. */
const NUMBER = /^\d{1,20}$/;

export function knowSecret(value: string): void {
  for (const form of [value, secretPart(value)]) {
    if (form.length < SHORTEST || NUMBER.test(form)) continue;
    known.add(form);
    // In an address, and in JSON.
    known.add(encodeURIComponent(form));
    known.add(JSON.stringify(form).slice(1, -1));
  }
}

export function withoutSecrets(text: string): string {
  let said = text;
  for (const secret of known) said = said.replaceAll(secret, "(secret)");
  return said;
}

/** A Telegram token begins with the bot's public number. */
function secretPart(value: string): string {
  return /^\d+:(.+)$/.exec(value)?.[1] ?? value;
}
