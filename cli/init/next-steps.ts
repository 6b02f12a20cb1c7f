import type { Setup } from "./setup.ts";

/** What was done, and what is left to do. */
export function nextSteps(
  { network }: Setup,
  { file, written }: { readonly file: string; readonly written: readonly string[] },
): readonly string[] {
  const start = `Start it: sluice --config ${quoted(file)} start (in a checkout: npm run sluice -- …)`;
  const wrote = written.map((path) => `wrote ${path}`);
  if (network.adapter === "local") return [...wrote, start, "It opens a chat in the terminal."];
  const bot = network.name ?? "your bot";
  const greet = `Then write to ${bot} on ${network.adapter === "telegram" ? "Telegram" : "Discord"}.`;
  const isKnown = network.operators.length > 0;
  const code = "It answers with a code; type it where the gateway runs: /pair CODE operator";
  const service = "As a service: sluice service install (docs/operations.md)";
  return [...wrote, start, isKnown ? greet : `${greet} ${code}`, service];
}

/** As a shell takes it. */
function quoted(path: string): string {
  return /^[\w./~-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
