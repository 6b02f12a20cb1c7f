import { fileURLToPath } from "node:url";
import { realShell } from "../../../cli/real-shell.ts";
import { supervise } from "../../../cli/supervise.ts";

/** A supervisor over a scripted gateway, as a process that can be killed. */
const program = fileURLToPath(new URL("scripted-gateway.ts", import.meta.url));
const supervisor = supervise({
  shell: realShell(program),
  words: [],
  output: () => "inherit",
  say: () => {},
});
process.exitCode = await supervisor.ended;
