#!/usr/bin/env node
import { CommanderError } from "commander";
import { SluiceError, textOf } from "../sessions/errors.ts";
import { exitCodeOf, type ExitCode } from "./exit-code.ts";
import { createProgram } from "./program.ts";
import { realShell } from "./real-shell.ts";
import type { Shell } from "./shell.ts";

/** After the end of a command, this long for what it left open; a planned restart must not hang on it. */
const LINGER_MS = 2000;

const shell = realShell(import.meta.filename);
const words = process.argv.slice(2);
const code = await perform(shell, words);
process.exitCode = code;
process.channel?.unref();
setTimeout(() => process.exit(code), LINGER_MS).unref();

async function perform(shell: Shell, words: readonly string[]): Promise<ExitCode> {
  // A reader that went away (`| head`) is no fault.
  shell.out.on("error", () => {});
  let code: ExitCode = 0;
  const program = createProgram(shell, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync([...words], { from: "user" });
    return code;
  } catch (thrown) {
    // Commander has said it already, on the right stream; help and version end with 0.
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
    report(shell, { thrown, asJson: words.includes("--json") });
    return exitCodeOf(thrown);
  }
}

function report(shell: Shell, failure: { thrown: unknown; asJson: boolean }): void {
  const { thrown } = failure;
  const ours = thrown instanceof SluiceError;
  const message = textOf(thrown);
  if (failure.asJson) {
    const error = {
      code: ours ? thrown.code : "unexpected",
      message,
      advice: ours ? thrown.advice : null,
    };
    shell.out.write(`${JSON.stringify({ error }, null, 2)}\n`);
  }
  const stack = !ours && thrown instanceof Error ? `\n${thrown.stack ?? ""}` : "";
  shell.err.write(`sluice: ${message}${stack}\n`);
}
