import type { BotChoice, Setup } from "./setup.ts";

/** What was done, and what is left to do. */
export function nextSteps(
  { network }: Setup,
  { file, written }: { readonly file: string; readonly written: readonly string[] },
): readonly string[] {
  const start = `Start it: sluice --config ${quoted(file)} start (in a checkout: npm run sluice -- …)`;
  const wrote = wroteLines(written);
  if (network.adapter === "local")
    return [...wrote, start, "It opens a chat in the terminal, and shows the link to its page."];
  const greet = `Then ${greeting(network)}`;
  const isKnown = network.operators.length > 0;
  const code = "It answers with a code; type it where the gateway runs: /pair CODE operator";
  const service = "As a service: sluice service install (docs/operations.md)";
  return [...wrote, start, isKnown ? greet : `${greet} ${code}`, service];
}

export function wroteLines(written: readonly string[]): readonly string[] {
  return written.map((path) => `wrote ${path}`);
}

/** What is left where the service runs already. */
export function stepsOfService({ network }: Setup): readonly string[] {
  if (network.adapter === "local") return ["Talk to it: sluice chat"];
  const greet = `Now ${greeting(network)}`;
  const code = "It answers with a code; type it here: sluice access approve CODE --operator";
  return network.operators.length > 0 ? [greet] : [greet, code];
}

function greeting({ name, adapter }: BotChoice): string {
  return `write to ${name ?? "your bot"} on ${adapter === "telegram" ? "Telegram" : "Discord"}.`;
}

/** As a shell takes it. */
function quoted(path: string): string {
  return /^[\w./~-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
