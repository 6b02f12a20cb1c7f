/** Looks like BotFather's, and like nothing else that is ever written. */
export function plantedToken(id: number): string {
  return `${id}:AAPlanted-${id}-9f3kQzT`;
}

/** The half of it that nobody may see; the other one is the bot's id. */
export function secretOf(token: string): string {
  return token.split(":")[1] ?? token;
}
