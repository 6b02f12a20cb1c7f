import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { connectChat } from "../../cli/chat/client.ts";
import { localToken } from "../../gateway/config/local-token.ts";
import { connectControl } from "../../gateway/control/client.ts";
import type { Timeline } from "../../gateway/report/timeline.ts";
import { realChance } from "../../sessions/real-time.ts";
import { DEADLINE_MS, freePort, until } from "./ground.ts";

/** Between a kill and the next start, ms: as a supervisor that takes its time. */
const AWAY_MS = 1500;

/**
 * A real gateway with five conversations: a restart under which one turn ends in time and one is cut and goes on
 * after it, a SIGKILL under two, and a question that waits for its answer over both. Takes half a minute.
 */
export async function timelineRun(): Promise<Timeline> {
  const stateDir = mkdtempSync(join(tmpdir(), "sluice-timeline-"));
  const port = await freePort();
  const file = join(stateDir, "config.yaml");
  writeFileSync(
    file,
    [
      `networks: { local: { adapter: local, port: ${port} } }`,
      "http: { port: null }",
      "drain: { timeoutMs: 5000 }",
      "",
    ].join("\n"),
  );
  const words = ["cli/main.ts", "--config", file, "--state-dir", stateDir, "run"];
  const run = (): ChildProcess => spawn(process.execPath, words, { stdio: "ignore" });
  const control = connectControl(join(stateDir, "control.sock"));
  const token = localToken(stateDir, realChance).reveal();
  const say = async (chat: string, text: string): Promise<void> => {
    const client = connectChat({ url: `http://127.0.0.1:${port}`, token, chat, user: "you" });
    await client.say(text, { signal: AbortSignal.timeout(DEADLINE_MS) });
  };
  const isUp = async (): Promise<boolean> => {
    const status = await control.status().catch(() => null);
    return status?.phase === "running" && status.pid === gateway.pid;
  };
  const isIn = (chat: string, wanted: string) => async (): Promise<boolean> =>
    (await control.session(`local:main:${chat}`).catch(() => null))?.status === wanted;
  const gone = (): Promise<unknown> => new Promise((resolve) => gateway.once("exit", resolve));

  let gateway = run();
  try {
    await until(isUp);
    const from = Date.now();
    await say("research", "slow 60");
    await pause(600);
    await say("notes", "slow 4");
    await pause(900);
    await say("deploy", "ask Deploy version 2?");
    await until(isIn("deploy", "awaiting_input"));
    await pause(2500);
    await say("backups", "slow 5.5");
    await pause(1500);

    const left = gone();
    await control.drain({ then: "restart", timeoutMs: null, by: "you", worker: null });
    await pause(1500);
    await say("notes", "slow 3");
    await left;
    gateway = run();
    await until(isUp);
    await pause(1200);
    await say("research", "slow 60");
    await pause(900);
    await say("support", "slow 60");
    await until(isIn("support", "running"));
    await pause(4000);

    const killed = gone();
    gateway.kill("SIGKILL");
    await killed;
    await pause(AWAY_MS);
    gateway = run();
    await until(isUp);
    await pause(1200);
    await say("research", "slow 5");
    await pause(700);
    await say("support", "slow 3.5");
    await pause(900);
    const [request] = await control.requests();
    if (request !== undefined) await control.answer(request.id, "allow", "you");
    await until(isIn("research", "idle"));
    await until(isIn("support", "idle"));
    await pause(500);
    return await control.timeline({ from, until: null, limit: 50 });
  } finally {
    const left = gone();
    gateway.kill("SIGTERM");
    await left;
    rmSync(stateDir, { recursive: true, force: true });
  }
}
