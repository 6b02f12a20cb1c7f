import type { Ending, Run } from "./run.ts";
import { DONE } from "./run.ts";

export async function approvalAt(run: Run, rest: string): Promise<Ending> {
  const detail = rest.trim() === "" ? "May I go on?" : rest.trim();
  const decision = await run.ask({ title: "The demo agent asks", detail });
  await run.say(decision === "allow" ? `Allowed: ${detail}` : `Declined: ${detail}`);
  return DONE;
}

export async function approvalsAt(run: Run, rest: string): Promise<Ending> {
  const about = rest.trim() === "" ? "May I go on?" : rest.trim();
  const [first, second] = await Promise.all([
    run.ask({ title: "The demo agent asks first", detail: `first: ${about}` }),
    run.ask({ title: "The demo agent asks second", detail: `second: ${about}` }),
  ]);
  await run.say(`First ${toWord(first)}, second ${toWord(second)}: ${about}`);
  return DONE;
}

function toWord(decision: "allow" | "deny"): string {
  return decision === "allow" ? "allowed" : "declined";
}
