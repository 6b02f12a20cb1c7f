import type { AccessReport, NetworkAccess } from "../../gateway/access/access-report.ts";
import { formatSpan } from "./span.ts";
import { formatTable } from "./table.ts";

/** Who may talk to it, and who asks to. */
export function accessText(report: AccessReport, now: number): string {
  const people = report.people.map(({ network, user, name, standing, by, at }) => [
    network,
    user === "*" ? "everybody" : user,
    name,
    standing,
    by === null ? "configuration" : `${by}, ${formatSpan(now - (at ?? now))} ago`,
  ]);
  const asking = report.asking.map(({ network, user, name, expiresAt }) => [
    network,
    user,
    name,
    "asks",
    `code good for ${formatSpan(expiresAt - now)}`,
  ]);
  const rows = [...people, ...asking];
  const table =
    rows.length === 0
      ? "Nobody may talk to it."
      : formatTable([["NETWORK", "USER", "NAME", "STANDING", "BY"], ...rows]);
  return [table, ...report.networks.flatMap(hints)].join("\n");
}

/** What a person should know or do about a network; nothing where all is in order. */
export function hints({ network, pairing, operators, asking }: NetworkAccess): readonly string[] {
  if (!pairing) return [];
  const asks = asking === 0 ? [] : [`${asking} asking to be let in`];
  const none = operators === 0 ? ["no operator"] : [];
  const found = [...none, ...asks];
  if (found.length === 0) return [];
  const how =
    operators === 0 ? "sluice access approve CODE --operator" : "sluice access approve CODE";
  const first = asking === 0 ? "write to the bot, then " : "";
  return [`${network}: ${found.join(", ")}; ${first}${how}`];
}
