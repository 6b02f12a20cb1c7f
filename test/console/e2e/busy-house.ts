import { until } from "../browser/until.ts";
import { openConsoleHouse } from "./console-house.ts";
import type { ConsoleHouse } from "./console-house.ts";

/** A chat with all that a chat can show. */
export const ARTICLE = [
  "# A heading",
  "Words, **strong**, *gentle*, ~~gone~~, `code`, a [link](https://example.org/a).",
  "",
  "- one",
  "- [x] done",
  "- [ ] open",
  "",
  "1. first",
  "2. second",
  "",
  "> somebody said this",
  "",
  "| name | number |",
  "|---|---:|",
  "| one | 1 |",
  "",
  "```ts",
  "const answer: number = 42; // a line that is rather long, so that it has to scroll on a phone's screen",
  "```",
].join("\n");

/** Its gateway has been killed once, and has something to show in every view. */
export async function openBusyHouse(): Promise<ConsoleHouse> {
  const house = await openConsoleHouse({ top: ["drain: { timeoutMs: 60000 }"] });
  const { boot, pid } = await house.start().then(() => house.ready());
  await house.say("home", `echo ${ARTICLE}`);
  await house.say("cut", "slow 60");
  await house.say("question", "ask May I delete the old backups?");
  await house.waitSaid("home", /A heading/);
  await house.waitSaid("cut", /Counting/);
  await house.waitStatus("question", "awaiting_input");
  process.kill(pid, "SIGKILL");
  await house.ready(boot);
  await house.waitStatus("cut", "resume_pending");
  await house.say("home", "tool 0.1");
  await house.say("failed", "fail");
  await house.say("files", "file some text");
  await house.say("busy", "slow 600");
  await house.waitStatus("busy", "running");
  await house.say("busy", "this one waits");
  await house.waitSaid("home", /The tool waited/);
  await until(
    async () => ((await house.control.status()).deadLetters > 0 ? true : null),
    () => "a dead letter",
  );
  return house;
}
