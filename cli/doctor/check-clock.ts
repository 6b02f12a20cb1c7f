import type { Configuration } from "../../gateway/config/configuration.ts";
import type { Clock } from "../../sessions/clock.ts";
import { formatSpan } from "../show/span.ts";
import { ok, warn, type Finding } from "./finding.ts";

/** Networks give times of theirs: to how long a limit holds, to what a signature is compared. */
const FAR_MS = 30_000;
const ANSWER_MS = 10_000;

/** The clock of this machine beside those of the networks. Their servers' addresses are asked, without a token. */
export async function checkClock(
  { networks }: Configuration,
  clock: Clock,
): Promise<readonly Finding[]> {
  const roots = new Set(
    Object.values(networks).flatMap((network) => ("apiRoot" in network ? [network.apiRoot] : [])),
  );
  return Promise.all([...roots].map((root) => compare(root, clock)));
}

async function compare(root: string, clock: Clock): Promise<Finding> {
  const { host } = new URL(root);
  const theirs = await dateOf(root, clock);
  if (theirs === null) {
    return warn("clock", `${host} did not say what time it is`, "check this machine's network");
  }
  const offMs = clock.now() - theirs;
  // The header has whole seconds.
  if (Math.abs(offMs) < FAR_MS) return ok("clock", `agrees with ${host}`);
  const side = offMs > 0 ? "ahead of" : "behind";
  return warn(
    "clock",
    `${formatSpan(Math.abs(offMs))} ${side} ${host}`,
    "let this machine set its clock (timedatectl set-ntp true)",
  );
}

async function dateOf(root: string, clock: Clock): Promise<number | null> {
  const late = new AbortController();
  const timer = clock.timer(ANSWER_MS, () => late.abort());
  try {
    const { headers } = await fetch(new URL(root).origin, {
      method: "HEAD",
      redirect: "manual",
      signal: late.signal,
    });
    const time = Date.parse(headers.get("date") ?? "");
    return Number.isNaN(time) ? null : time;
  } catch {
    return null;
  } finally {
    timer.cancel();
  }
}
