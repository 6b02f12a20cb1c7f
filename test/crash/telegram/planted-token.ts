import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Looks like BotFather's, and like nothing else that is ever written. */
export function plantedToken(id: number): string {
  return `${id}:AAPlanted-${id}-9f3kQzT`;
}

/** Files below `directory` that hold the secret half of a token, as it is or in base 64. */
export function searchFor(
  bots: readonly { readonly token: string }[],
  directory: string,
): readonly string[] {
  const wanted = bots.flatMap(({ token }) => {
    const secret = token.split(":")[1] ?? token;
    return [Buffer.from(secret), Buffer.from(Buffer.from(token).toString("base64"))];
  });
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      const bytes = readFileSync(path);
      return wanted.some((one) => bytes.includes(one));
    });
}
