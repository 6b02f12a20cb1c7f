/** An agent as the hardened service sees one: does what agents do, and says of each whether it may. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { networkInterfaces } from "node:os";

const deeds: Readonly<Record<string, () => unknown>> = {
  "a file in its workspace": () => {
    writeFileSync("by-the-agent", "here");
    if (readFileSync("by-the-agent", "utf8") !== "here") throw new Error("not as written");
  },
  "a command of its own": () => execFileSync("sh", ["-c", "ls / | grep -q usr"]),
  "a server and a call to it": async () => {
    const server = createServer((_, answer) => answer.end("hello")).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const said = await (await fetch(`http://127.0.0.1:${port}`)).text();
    server.close();
    if (said !== "hello") throw new Error(said);
  },
  "the first place when memory runs out": () => {
    const score = readFileSync("/proc/self/oom_score_adj", "utf8").trim();
    if (score !== "1000") throw new Error(score);
  },
  "the list of networks": () => networkInterfaces(),
  "what the machine is made of": () => readFileSync("/proc/cpuinfo", "utf8"),
  "a sandbox for its commands": () =>
    execFileSync("unshare", ["--user", "--map-root-user", "--mount", "--pid", "--fork", "true"]),
  "a mount in that sandbox": () =>
    execFileSync("unshare", [
      "--user",
      "--map-root-user",
      "--mount",
      "--pid",
      "--fork",
      "--mount-proc",
      "sh",
      "-c",
      "mount -t tmpfs none /mnt && touch /mnt/x && ps >/dev/null",
    ]),
};

for (const [name, deed] of Object.entries(deeds)) {
  try {
    await deed();
    console.log(`may: ${name}`);
  } catch (error) {
    console.log(`may not: ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
