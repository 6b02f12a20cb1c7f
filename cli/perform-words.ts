import { CommanderError } from "commander";
import { SluiceError, textOf } from "../sessions/errors.ts";
import { withoutSecrets } from "../gateway/config/known-secrets.ts";
import { exitCodeOf, type ExitCode } from "./exit-code.ts";
import { printJson } from "./print.ts";
import { createProgram } from "./program.ts";
import type { Shell } from "./shell.ts";

/** One command from its words to its exit code; what it throws is told to the person. */
export async function performWords(shell: Shell, words: readonly string[]): Promise<ExitCode> {
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
    const isHelp = thrown instanceof CommanderError && thrown.exitCode === 0;
    if (isHelp) return 0;
    if (words.includes("--json")) printJson(shell, { error: faultOf(thrown) });
    // Commander has said it already, with the place where help is.
    if (thrown instanceof CommanderError) return 2;
    const isBug = thrown instanceof Error && !(thrown instanceof SluiceError);
    const said = isBug ? (thrown.stack ?? thrown.message) : textOf(thrown);
    shell.err.write(`sluice: ${withoutSecrets(said)}\n`);
    return exitCodeOf(thrown);
  }
}

function faultOf(thrown: unknown): Readonly<Record<"code" | "message" | "advice", string | null>> {
  const message = withoutSecrets(textOf(thrown));
  if (thrown instanceof SluiceError) return { code: thrown.code, message, advice: thrown.advice };
  const code = thrown instanceof CommanderError ? "usage" : "unexpected";
  return { code, message, advice: null };
}
