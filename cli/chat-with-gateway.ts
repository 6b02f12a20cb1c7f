import { readEnvironment } from "../gateway/config/environment.ts";
import type { Configuration } from "../gateway/config/configuration.ts";
import { connectControl } from "../gateway/control/client.ts";
import type { StatusReport } from "../gateway/operations.ts";
import { sleep } from "../sessions/clock.ts";
import { SluiceError } from "../sessions/errors.ts";
import { findConsole } from "./console-place.ts";
import type { ConsolePlace } from "./console-place.ts";
import type { ExitCode } from "./exit-code.ts";
import { gatewayLog, type GatewayLog } from "./gateway-log.ts";
import type { LocalChat } from "./local-chat.ts";
import { onceAPress } from "./once-a-press.ts";
import type { Shell } from "./shell.ts";
import { bannerLines } from "./show/banner-text.ts";
import { supervise } from "./supervise.ts";
import { version } from "./version.ts";

const READY_MS = 20_000;
const POLL_MS = 50;

export interface ChatWithGateway {
  readonly shell: Shell;
  readonly configuration: Configuration;
  /** For the gateway's own command line. */
  readonly words: readonly string[];
  readonly local: LocalChat;
}

/** The gateway and a chat with it in one terminal: it ends with the chat, and the chat ends with it. */
export async function chatWithGateway(start: ChatWithGateway): Promise<ExitCode> {
  const { shell, configuration, local } = start;
  const log = gatewayLog(configuration.stateDir);
  const leave = new AbortController();
  const supervisor = supervise({
    shell,
    words: start.words,
    output: () => log.open(),
    // The chat says by itself that the gateway is away; why it stays away, only the next boot knows.
    say: () => void tellHeld(start, leave.signal),
  });
  const over = supervisor.ended.finally(() => leave.abort());
  const unlisten = onceAPress(shell, () => {
    leave.abort();
    supervisor.stop();
  });
  try {
    await tellHeld(start, leave.signal);
    if (!leave.signal.aborted) {
      const colour = readEnvironment(shell.environment).colour;
      const pid = supervisor.pid() ?? 0;
      const banner = bannerLines({
        version: version(),
        pid,
        log: log.file,
        url: local.url,
        console: consoleOf(start)?.link ?? null,
        colour,
      });
      shell.out.write(`${banner.join("\n")}\n`);
      const { runChat } = await import("./chat/run-chat.ts");
      await runChat({
        url: local.url,
        token: local.token,
        chat: "home",
        user: "you",
        input: shell.input,
        output: shell.out,
        clock: shell.clock,
        chance: shell.chance,
        colour,
        signal: leave.signal,
      });
      if (!leave.signal.aborted) {
        shell.out.write("Stopping the gateway: what runs may end first (Ctrl-C cuts it short).\n");
        supervisor.stop();
      }
    }
    return said(shell, log, await over);
  } catch (error) {
    supervisor.stop();
    await over;
    throw error;
  } finally {
    unlisten();
    log.close();
  }
}

/** Waits for the gateway; says it when this one takes no messages because the ones before it crashed. */
async function tellHeld(start: ChatWithGateway, signal: AbortSignal): Promise<void> {
  const status = await whenReady(start, signal);
  if (status === null || status.held === null) return;
  start.shell.err.write(
    `\nsluice: the gateway takes no messages (${status.held}); \`sluice undrain\` lets it\n`,
  );
}

/** Null when nobody waits any more, or the gateway takes too long to be waited for. */
async function whenReady(
  { shell, configuration }: ChatWithGateway,
  signal: AbortSignal,
): Promise<StatusReport | null> {
  const client = connectControl(configuration.control.socket, signal);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(READY_MS)]);
  while (!limit.aborted) {
    try {
      const status = await client.status();
      if (status.phase !== "starting") return status;
    } catch (error) {
      if (!signal.aborted && !(error instanceof SluiceError)) throw error;
    }
    await sleep(shell.clock, POLL_MS, limit);
  }
  return null;
}

function consoleOf({ shell, configuration }: ChatWithGateway): ConsolePlace | null {
  const { stateDir, http, console } = configuration;
  return findConsole(shell, { stateDir, http, hasConsole: console.enabled });
}

/** What went wrong is in the log; the terminal must say it too. */
function said(shell: Shell, log: GatewayLog, code: ExitCode): ExitCode {
  if (code === 0) return code;
  const faults = log.faults();
  const lines =
    faults.length > 0 ? faults : [`sluice: the gateway ended with ${code}: see ${log.file}`];
  shell.err.write(`${lines.join("\n")}\n`);
  return code;
}
