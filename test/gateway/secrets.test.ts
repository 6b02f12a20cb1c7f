import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

import { connectControl } from "../../gateway/control/client.ts";
import { makeDirectory, startCli } from "../cli/cli.ts";
import type { CliProcess } from "../cli/cli.ts";

const PLANTED = "planted-7c1f-token-that-must-show-nowhere";
const PATIENCE = { timeout: 10_000, interval: 30 };

let directory: ReturnType<typeof makeDirectory>;
let started: CliProcess | null = null;

beforeEach(() => {
  directory = makeDirectory();
});
afterEach(async () => {
  started?.kill("SIGTERM");
  await started?.result;
  started = null;
  directory.remove();
});

it("[X05] a planted token appears in no log line, answer, report, metric or process", async () => {
  const [port, health] = [await freePort(), await freePort()];
  const file = join(directory.path, "config.yaml");
  writeFileSync(
    file,
    `log: { level: debug }
networks: { local: { adapter: local, port: ${port}, token: { env: PLANTED } } }
http: { port: ${health} }
`,
  );
  started = startCli(directory.path, ["run"], { PLANTED });
  const control = connectControl(join(directory.path, "control.sock"));
  const status = () => control.status().catch(() => null);
  await expect.poll(async () => (await status())?.phase, PATIENCE).toBe("running");

  const url = `http://127.0.0.1:${port}/v1/chats/home/messages`;
  const headers = { authorization: `Bearer ${PLANTED}`, "content-type": "application/json" };
  const post = (to: string, more: RequestInit = {}) =>
    fetch(to, { method: "POST", headers, body: JSON.stringify({ text: "hello" }), ...more });
  const { externalId } = (await (await post(url)).json()) as { externalId: string };
  const answers = await Promise.all([
    post(`${url}?token=${PLANTED}`),
    post(url, { headers: { ...headers, authorization: `Bearer ${PLANTED}x` } }),
    post(url, { headers: { ...headers, authorization: PLANTED } }),
    post(url, { body: "{ broken" }),
    fetch(`http://127.0.0.1:${port}/nowhere`, { headers }),
  ]);
  const fate = async (): Promise<string> => {
    const asked = `http://127.0.0.1:${port}/v1/messages/${externalId}/fate`;
    return (await fetch(asked, { headers })).text();
  };
  await expect.poll(fate, PATIENCE).toContain('"answered"');

  const { items } = await control.sessions({ status: null, limit: 10, after: null });
  expect(items.length).toBeGreaterThan(0);
  const pid = (await status())?.pid ?? 0;
  const everything = [
    ...(await Promise.all(answers.map((answer) => answer.text()))),
    await (await fetch(url, { headers })).text(),
    JSON.stringify(await status()),
    JSON.stringify(await control.plan()),
    JSON.stringify(await Promise.all(items.map(({ key }) => control.session(key)))),
    JSON.stringify(await control.deadLetters(10)),
    await (await fetch(`http://127.0.0.1:${health}/metrics`)).text(),
    ...processesOf(pid),
  ];
  started.kill("SIGTERM");
  const { out, err } = await started.result;
  expect(out).toContain("gateway stopped");
  for (const text of [...everything, out, err]) expect(text).not.toContain(PLANTED);
});

it("[X05] a token that stands in the configuration is refused without being repeated", async () => {
  const file = join(directory.path, "config.yaml");
  writeFileSync(file, `networks: { local: { adapter: local, token: ${PLANTED} } }\n`);
  started = startCli(directory.path, ["run"]);
  const { code, out, err } = await started.result;
  expect(code).toBe(78);
  expect(err).toContain("networks.local.token");
  expect(out + err).not.toContain(PLANTED);
});

/** How the gateway and its workers look in the process list, and what its workers inherit. */
function processesOf(pid: number): string[] {
  if (!existsSync("/proc/self/environ")) return [];
  const read = (path: string): string => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return "";
    }
  };
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => read(`/proc/${name}/status`).includes(`\nPPid:\t${pid}\n`));
  expect(children.length).toBeGreaterThan(0);
  return [
    read(`/proc/${pid}/cmdline`),
    ...children.flatMap((name) => [read(`/proc/${name}/cmdline`), read(`/proc/${name}/environ`)]),
  ];
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
