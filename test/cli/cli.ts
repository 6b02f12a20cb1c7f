import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { performWords } from "../../cli/perform-words.ts";
import { realShell } from "../../cli/real-shell.ts";

const MAIN = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

export interface CliResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface CliProcess {
  readonly result: Promise<CliResult>;
  out(): string;
  err(): string;
  kill(signal: NodeJS.Signals): void;
}

/** The command line as a real process, with nothing of this one's environment. */
export function startCli(
  directory: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): CliProcess {
  const child = spawn(process.execPath, [MAIN, ...words], {
    cwd: directory,
    env: { HOME: directory, SLUICE_STATE_DIR: directory, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  const result = new Promise<CliResult>((resolve) => {
    child.on("close", (code) => resolve({ code, out, err }));
  });
  return { result, out: () => out, err: () => err, kill: (signal) => child.kill(signal) };
}

/** The same words in this process, without the time that a process takes to start. */
export async function speak(directory: string, words: readonly string[]): Promise<CliResult> {
  const out = capture();
  const err = capture();
  const shell = {
    ...realShell(MAIN),
    directory,
    environment: { HOME: directory, SLUICE_STATE_DIR: directory },
    out: out.stream,
    err: err.stream,
  };
  const code = await performWords(shell, words);
  return { code, out: out.text(), err: err.text() };
}

function capture(): { readonly stream: Writable; text(): string } {
  let text = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return { stream, text: () => text };
}

export function makeDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "sluice-cli-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
