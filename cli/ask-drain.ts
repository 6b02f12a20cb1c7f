import { Option, type Command } from "commander";
import { z } from "zod";
import { readEnvironment } from "../gateway/config/environment.ts";
import type { ControlClient } from "../gateway/control/client.ts";
import type { DrainRequest } from "../gateway/operations.ts";
import { SluiceError } from "../sessions/errors.ts";
import type { Shell } from "./shell.ts";
import { commonOptions } from "./settings.ts";
import { watchDrain, type DrainEnd } from "./watch-drain.ts";

export interface AskDrain {
  readonly shell: Shell;
  readonly client: ControlClient;
  /** Its options `--timeout`, `--force`, `--no-wait` and `--json` are honoured. */
  readonly command: Command;
  readonly then: DrainRequest["then"];
}

const optionsShape = z.object({
  timeout: z.number().nullable().default(null),
  force: z.boolean().default(false),
  wait: z.boolean().default(true),
});

/** Asks for a drain and shows it until it is over. An interrupt ends the watching, not the drain. */
export async function drainAndWatch(ask: AskDrain): Promise<DrainEnd> {
  const { shell, client } = ask;
  const options = optionsShape.parse(ask.command.opts());
  const { worker } = readEnvironment(shell.environment);
  const first = await client.drain({
    then: ask.then,
    timeoutMs: options.force ? 0 : options.timeout,
    by: `command of ${shell.user}`,
    worker,
  });
  // A worker that waited for the end of its own turn would be the one that is waited for.
  const isWatching = options.wait && worker === null;
  const away = new AbortController();
  if (!isWatching) away.abort();
  const unlisten = isWatching
    ? shell.onSignal(["SIGINT", "SIGTERM"], () => away.abort())
    : () => {};
  try {
    const quiet = commonOptions(ask.command).json;
    const end = await watchDrain({ shell, client, first, quiet, signal: away.signal });
    if (end.how === "under_way") shell.err.write(`${goesOn(ask.then)}\n`);
    if (end.how === "cancelled") shell.err.write("The drain was cancelled: work goes on.\n");
    return end;
  } finally {
    unlisten();
  }
}

function goesOn(after: DrainRequest["then"]): string {
  const what = { stay: "drain", restart: "restart", stop: "stop" }[after];
  return `The ${what} is under way and goes on without this command; \`sluice undrain\` cancels it.`;
}

/** `--timeout <seconds>`, as ms. */
export function timeoutOption(description: string): Option {
  return new Option("-t, --timeout <seconds>", description).argParser((text) => {
    const seconds = Number(text);
    if (text.trim() !== "" && Number.isFinite(seconds) && seconds >= 0) {
      return Math.round(seconds * 1000);
    }
    throw new SluiceError("usage", `--timeout says "${text}"`, {
      advice: "give a number of seconds, for example 30",
    });
  });
}
