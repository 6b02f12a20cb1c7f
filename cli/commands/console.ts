import { spawn } from "node:child_process";
import { once } from "node:events";
import { Command } from "commander";
import { makeTicket } from "../../gateway/console/ticket.ts";
import { SluiceError } from "../../sessions/errors.ts";
import { findConsole } from "../console-place.ts";
import type { ConsolePlace } from "../console-place.ts";
import { printJson, printLines } from "../print.ts";
import type { CommandHost } from "../program.ts";
import { commonOptions, controlAt, statePlaces } from "../settings.ts";
import type { StatePlaces } from "../settings.ts";
import type { Shell } from "../shell.ts";

export function consoleCommand({ shell }: CommandHost): Command {
  return new Command("console")
    .description("Print the link to the gateway's page; who has it may do everything.")
    .option("--open", "open it in the browser of this machine instead")
    .action(async (given: { open?: true }, command: Command) => {
      const options = commonOptions(command);
      const places = statePlaces(shell, options);
      const found = findConsole(shell, places) ?? refuse(places);
      const status = controlAt(places).status();
      const { url, link } = found;
      if (given.open === true) {
        await status;
        await open(shell, found);
        if (options.json) printJson(shell, { url });
        else printLines(shell, [`Opened ${url}`]);
        return;
      }
      const isRunning = await status.then(
        () => true,
        () => false,
      );
      if (options.json) return printJson(shell, { url, link, isRunning });
      printLines(shell, [link]);
      if (!isRunning)
        shell.err.write("sluice: no gateway runs here now; the link is good once one does\n");
    });
}

function refuse({ http, hasConsole }: StatePlaces): never {
  const why = hasConsole
    ? http.port === null
      ? "http.port is null"
      : "http.port is 0, which takes any free one"
    : "console.enabled is false";
  throw new SluiceError("config_invalid", `Cannot tell the address of the console: ${why}`, {
    advice:
      "set http.port to a port of its own and console.enabled to true, and restart the gateway",
  });
}

/** The address is seen by every user of this machine: it has a ticket for one visit in it, and not the token. */
async function open(shell: Shell, { url, token }: ConsolePlace): Promise<void> {
  const program = process.platform === "darwin" ? "open" : "xdg-open";
  const child = spawn(program, [`${url}?ticket=${makeTicket(token, shell)}`], {
    stdio: "ignore",
    detached: true,
    env: shell.environment,
  });
  child.unref();
  try {
    await once(child, "spawn");
  } catch (cause) {
    throw new SluiceError("usage", `Cannot open a browser: there is no ${program} here`, {
      advice: "open the link that `sluice console` prints",
      cause,
    });
  }
}
