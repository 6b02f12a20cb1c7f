import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { connectChat } from "../../cli/chat/client.ts";
import type { ChatClient } from "../../cli/chat/client.ts";
import { localToken } from "../../gateway/config/local-token.ts";
import { realChance } from "../../sessions/real-time.ts";
import { DEADLINE_MS, freePort, until } from "./ground.ts";

/** What was seen in a chat while its gateway was killed and started again. `at`: ms since the first line. */
export type Scene =
  /** `edited`: the message before, as it stands now. */
  | { readonly kind: "person" | "agent" | "edited"; readonly at: number; readonly text: string }
  | { readonly kind: "killed" | "started"; readonly at: number; readonly pid: number };

/** A real gateway with the demo worker: cut by SIGKILL in the middle of an answer, started again, spoken to again. */
export async function realRun(): Promise<readonly Scene[]> {
  const stateDir = mkdtempSync(join(tmpdir(), "sluice-picture-"));
  const port = await freePort();
  const file = join(stateDir, "config.yaml");
  writeFileSync(
    file,
    `networks: { local: { adapter: local, port: ${port} } }\nhttp: { port: null }\n`,
  );
  const words = ["cli/main.ts", "--config", file, "--state-dir", stateDir, "run"];
  const run = (): ChildProcess => spawn(process.execPath, words, { stdio: "ignore" });
  const client = connectChat({
    url: `http://127.0.0.1:${port}`,
    token: localToken(stateDir, realChance).reveal(),
    chat: "picture",
    user: "you",
  });
  const scenes: Scene[] = [];
  let gateway = run();
  try {
    await until(async () => (await seen(client)) !== null);
    const began = Date.now();
    const at = (): number => Date.now() - began;
    const say = async (text: string): Promise<void> => {
      scenes.push({ kind: "person", at: at(), text });
      await client.say(text, { signal: AbortSignal.timeout(DEADLINE_MS) });
    };
    await say("slow 10");
    await until(async () => / 12 /.test((await lastOfAgent(client)) ?? ""));
    scenes.push({ kind: "agent", at: at(), text: (await lastOfAgent(client)) ?? "" });
    gateway.kill("SIGKILL");
    scenes.push({ kind: "killed", at: at(), pid: gateway.pid ?? 0 });
    await pause(1500);
    gateway = run();
    scenes.push({ kind: "started", at: at(), pid: gateway.pid ?? 0 });
    await until(async () => /Cut short/.test((await lastOfAgent(client)) ?? ""));
    scenes.push({ kind: "edited", at: at(), text: (await lastOfAgent(client)) ?? "" });
    await say("what was that? go on");
    await until(async () => /what was that/.test((await lastOfAgent(client)) ?? ""));
    await pause(500);
    scenes.push({ kind: "agent", at: at(), text: (await lastOfAgent(client)) ?? "" });
    return scenes;
  } finally {
    gateway.kill("SIGTERM");
    await new Promise((resolve) => gateway.once("exit", resolve));
    rmSync(stateDir, { recursive: true, force: true });
  }
}

async function seen(
  client: ChatClient,
): Promise<readonly { text: string; isAgent: boolean }[] | null> {
  try {
    const signal = AbortSignal.timeout(2000);
    const { messages } = await client.history({ after: null, limit: 50, signal });
    return messages.map(({ text, from }) => ({ text, isAgent: from.kind === "agent" }));
  } catch {
    return null;
  }
}

async function lastOfAgent(client: ChatClient): Promise<string | null> {
  return (await seen(client))?.findLast((message) => message.isAgent)?.text ?? null;
}
