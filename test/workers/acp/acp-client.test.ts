import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import type { Agents } from "./agents.ts";
import type { WorkerSession } from "../../../workers/worker.ts";
import { until } from "../ledger.ts";
import { answerIn, attachmentOf, play, turnOf } from "../turns.ts";
import { SIGNAL, useAgents, useConversation, useFolder } from "./agents.ts";

let agents: Agents;
let session: WorkerSession;
let inside: string;
let outside: string;

beforeEach(async () => {
  const conversation = useConversation();
  inside = conversation.workspace;
  outside = useFolder();
  writeFileSync(join(outside, "secret"), "do not tell");
  agents = useAgents();
  session = await agents.worker.open(conversation, SIGNAL);
});

async function call(method: string, params: object): Promise<unknown> {
  return JSON.parse(
    answerIn(await play(session, turnOf(`call ${method} ${JSON.stringify(params)}`))),
  );
}

const read = (path: string, rest: object = {}) => call("fs/read_text_file", { path, ...rest });
const write = (path: string, content: string) => call("fs/write_text_file", { path, content });
const refusedAs = (message: string) => ({
  error: {
    code: expect.any(Number) as number,
    message: expect.stringContaining(message) as string,
  },
});

describe("files of an agent", () => {
  it("are read whole or in part", async () => {
    writeFileSync(join(inside, "a"), "one\ntwo\nthree\n");
    expect(await read(join(inside, "a"))).toEqual({ result: { content: "one\ntwo\nthree\n" } });
    expect(await read(join(inside, "a"), { line: 2, limit: 1 })).toEqual({
      result: { content: "two" },
    });
    expect(await read(join(inside, "b"))).toEqual(refusedAs("ENOENT"));
    expect(await read(inside)).toEqual(refusedAs("is not a file"));
  });

  it("are written, with the folders that they need", async () => {
    expect(await write(join(inside, "x/y/z"), "long text")).toEqual({ result: null });
    expect(await write(join(inside, "x/y/z"), "text")).toEqual({ result: null });
    expect(readFileSync(join(inside, "x/y/z"), "utf8")).toBe("text");
    chmodSync(join(inside, "x/y/z"), 0o400);
  });

  it("[W17] outside the workspace are neither read nor written, however they are named", async () => {
    mkdirSync(join(inside, "sub"));
    symlinkSync(outside, join(inside, "folder"));
    symlinkSync(join(outside, "secret"), join(inside, "file"));
    symlinkSync(join(outside, "new"), join(inside, "nowhere"));
    const refused = refusedAs("outside the workspace");
    for (const path of [
      join(outside, "secret"),
      `${inside}/../${outside.split("/").at(-1)}/secret`,
      join(inside, "folder/secret"),
      join(inside, "file"),
      "secret",
      `${inside}-twin/secret`,
    ]) {
      expect(await read(path), path).toEqual(refused);
    }
    for (const path of [
      join(inside, "folder/new"),
      join(inside, "nowhere"),
      join(inside, "file"),
    ]) {
      expect(await write(path, "overwritten"), path).toEqual(refused);
    }
    expect(readFileSync(join(outside, "secret"), "utf8")).toBe("do not tell");
    expect(existsSync(join(outside, "new"))).toBe(false);
  });

  it("[W17] links inside the workspace are followed", async () => {
    writeFileSync(join(inside, "a"), "hello");
    symlinkSync(join(inside, "a"), join(inside, "b"));
    expect(await read(join(inside, "b"))).toEqual({ result: { content: "hello" } });
  });

  it("that came with a message may be read in its turn, wherever they are", async () => {
    const path = join(outside, "secret");
    const words = `call fs/read_text_file ${JSON.stringify({ path })}`;
    const attachments = [attachmentOf("secret", { path, problem: null, size: 11 })];
    const turn = turnOf(words, { attachments });
    expect(JSON.parse(answerIn(await play(session, turn)))).toEqual({
      result: { content: "do not tell" },
    });
    expect(await read(path)).toEqual(refusedAs("outside the workspace"));
  });

  it("with parameters that cannot be understood are refused", async () => {
    expect(await call("fs/read_text_file", { path: 7 })).toEqual(refusedAs("cannot be understood"));
    expect(await call("fs/nothing", {})).toEqual(refusedAs("Method not found"));
  });
});

describe("terminals of an agent", () => {
  it("run a command in the workspace, tell its end and output, and are gone when released", async () => {
    const events = await play(session, turnOf("terminal pwd; echo $SLUICE_WORKER >&2; exit 3"));
    expect(JSON.parse(answerIn(events))).toEqual([
      { exitCode: 3, signal: null },
      {
        output: `${inside}\n${session.marker}\n`,
        truncated: false,
        exitStatus: { exitCode: 3, signal: null },
      },
      { code: -32002, message: `there is no terminal "terminal-1"` },
    ]);
  });

  it("keep the end of a long output, from the beginning of a character on", async () => {
    const create = {
      command: "sh",
      args: ["-c", "printf 'äöü%.0s' $(seq 1000)"],
      outputByteLimit: 7,
    };
    await call("terminal/create", create);
    await call("terminal/wait_for_exit", { terminalId: "terminal-1" });
    expect(await call("terminal/output", { terminalId: "terminal-1" })).toMatchObject({
      result: { output: "äöü", truncated: true },
    });
  });

  it("are killed on request, with what they started", async () => {
    await call("terminal/create", { command: "sh", args: ["-c", "sleep 3600 & sleep 3600"] });
    await until("all run", async () => (await agents.ledger.alive()).length === 4);
    await call("terminal/kill", { terminalId: "terminal-1" });
    await until("they are gone", async () => (await agents.ledger.alive()).length === 1);
  });

  it("[W03] end with the agent", async () => {
    await play(session, turnOf("terminal-left sleep 3600"));
    expect((await agents.ledger.alive()).length).toBeGreaterThan(1);
    await session.close(1000);
    expect(await agents.ledger.alive()).toEqual([]);
  });

  it("[W17] do not begin outside the workspace", async () => {
    const create = { command: "ls", cwd: outside };
    expect(await call("terminal/create", create)).toEqual(refusedAs("outside the workspace"));
  });

  it("of a command that is not there are refused", async () => {
    expect(await call("terminal/create", { command: "no-such-command" })).toEqual(
      refusedAs("ENOENT"),
    );
  });
});

it("what is not offered is refused", async () => {
  const { worker } = useAgents({}, { offers: { files: false, terminals: false } });
  session = await worker.open(useConversation(), SIGNAL);
  expect(await read("/x")).toEqual(refusedAs("Method not found"));
  expect(await call("terminal/create", { command: "ls" })).toEqual(refusedAs("Method not found"));
});
