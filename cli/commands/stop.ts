import { Command } from "commander";
import { sleep } from "../../sessions/clock.ts";
import { drainAndWatch, timeoutOption } from "../ask-drain.ts";
import { printJson, printLines } from "../print.ts";
import type { CommandHost } from "../program.ts";
import { commonOptions, controlOf } from "../settings.ts";
import type { Shell } from "../shell.ts";
import { drainSummary } from "../show/drain-text.ts";

const POLL_MS = 20;
const PATIENCE_MS = 5000;

export function stopCommand({ shell, finish }: CommandHost): Command {
  return new Command("stop")
    .description("Drain and end the gateway; nothing starts it again.")
    .option("-f, --force", "cut running turns at once; they are continued after the next start")
    .addOption(timeoutOption("cut running turns after this long (default: as configured)"))
    .option("--no-wait", "ask only, do not watch")
    .action(async (_options: unknown, command: Command) => {
      const options = commonOptions(command);
      const client = controlOf(shell, options);
      const { pid } = await client.status();
      const end = await drainAndWatch({ shell, client, command, then: "stop" });
      if (end.how === "gone") await processEnd(shell, pid);
      if (options.json) printJson(shell, { outcome: end.how, drain: end.report });
      else if (end.how === "gone") {
        printLines(shell, [...drainSummary(end.report), "The gateway has stopped."]);
      }
      finish(end.how === "gone" || end.how === "under_way" ? 0 : 1);
    });
}

/** The socket closes a little before the state directory is let go of: who starts the next gateway wants the latter. */
async function processEnd(shell: Shell, pid: number): Promise<void> {
  const limit = AbortSignal.timeout(PATIENCE_MS);
  while (shell.isAlive(pid) && !limit.aborted) await sleep(shell.clock, POLL_MS, limit);
}
