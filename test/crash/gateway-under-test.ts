import { writeSync } from "node:fs";
import { flushCompileCache } from "node:module";

import { loadConfiguration } from "../../gateway/config/load.ts";
import type { Step } from "../../gateway/probe.ts";
import { runGateway } from "../../gateway/run.ts";
import { realChance, realClock } from "../../sessions/real-time.ts";
import { createChatAdapter } from "./chat-adapter.ts";

/** What the process is told, as JSON, in its first argument. */
export interface UnderTest {
  readonly configuration: string;
  readonly chat: {
    readonly url: string;
    readonly network: string;
    readonly account: string;
    readonly textLimit: number;
    readonly idempotentForMs: number;
    readonly keepsCursor: boolean;
  };
  /** It kills itself when this step is reached for the nth time (1 = the first). */
  readonly kill: { readonly step: Step; readonly nth: number } | null;
  readonly clockOffsetMs: number;
  readonly pragmas: readonly string[];
}

/** A gateway in a process of its own that dies where it is told to. On descriptor 3 it says when messages flow. */
const told = JSON.parse(process.argv[2] ?? "") as UnderTest;
const counts = new Map<Step, number>();

const clock = { ...realClock, now: () => realClock.now() + told.clockOffsetMs };

function probe(step: Step): void {
  const count = (counts.get(step) ?? 0) + 1;
  counts.set(step, count);
  // At once, and before anything else of this process happens.
  if (told.kill?.step === step && told.kill.nth === count) process.kill(process.pid, "SIGKILL");
}

const { exitCode } = await runGateway({
  configuration: loadConfiguration({ file: told.configuration, environment: {} }),
  environment: process.env,
  version: "test",
  outside: {
    clock,
    chance: realChance,
    probe,
    adapters: () => [createChatAdapter({ ...told.chat, clock })],
    pragmas: told.pragmas,
  },
  onReady: () => {
    writeSync(3, "ready\n");
    flushCompileCache();
  },
});
process.exitCode = exitCode;
