import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AGENT } from "../workers/acp/agents.ts";
import { freePort, never, openHouse, PATIENCE, type House } from "./house.ts";

/** Reads frames; a message is answered with a file of what came with it. */
const PROGRAM = `
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
for await (const line of createInterface({ input: process.stdin })) {
  const frame = JSON.parse(line);
  if (frame.type !== "turn") continue;
  const [file] = frame.messages[0].attachments;
  writeFileSync("back.txt", readFileSync(file.path, "utf8").toUpperCase());
  const say = (one) => console.log(JSON.stringify({ turn: frame.turn, ...one }));
  say({ type: "delta", text: "Louder:" });
  say({ type: "file", path: "back.txt", name: "louder.txt", mime: "text/plain" });
  say({ type: "done" });
}
`;

describe("files in the local chat", () => {
  let house: House;
  beforeEach(async () => {
    house = await openHouse(["defaultWorker: demo"], { network: ", resume: auto" });
    const program = join(house.directory, "program.mjs");
    writeFileSync(program, PROGRAM);
    const demo = "demo: { kind: demo, wordMs: 5 }";
    const node = JSON.stringify(process.execPath);
    const workers = [
      demo,
      "lines: { kind: command, command: cat }",
      `louder: { kind: command, mode: session, command: ${node}, args: [${program}] }`,
      `agent: { kind: acp, command: [${node}, ${JSON.stringify(AGENT)}, '{}'] }`,
    ].join(", ");
    writeFileSync(house.config, readFileSync(house.config, "utf8").replace(demo, workers));
  });
  afterEach(() => house.close());

  const upload = async (name: string, text: string): Promise<string> => {
    const bytes = new TextEncoder().encode(text);
    const file = { name, type: "text/plain", bytes };
    const uploaded = await house.chat().upload(file, { signal: never });
    if (uploaded.outcome !== "taken") throw new Error(JSON.stringify(uploaded));
    return uploaded.id;
  };
  const sayWith = (text: string, files: readonly string[], id: string) =>
    house.chat().say(text, { id, files, signal: never });
  const textOf = async (id: string): Promise<string> => {
    const response = await fetch(`http://127.0.0.1:${house.port}/v1/files/${id}`, {
      headers: { Authorization: `Bearer ${house.token}` },
    });
    return response.text();
  };
  /** What agents sent as files, by name and content. */
  const sent = async (): Promise<readonly string[]> => {
    const messages = await house.shown();
    const files = messages
      .filter(({ from }) => from.kind === "agent")
      .flatMap((message) => message.files);
    return Promise.all(files.map(async ({ id, name }) => `${name}: ${await textOf(id)}`));
  };
  const use = async (worker: string): Promise<void> => {
    await house.say(`/agent ${worker}`);
    await expect.poll(async () => (await house.said()).at(-1), PATIENCE).toContain(worker);
  };

  it("[E14, T15] reach the demo agent, a program and an agent over ACP, and come from them", async () => {
    await house.run();
    await sayWith("look", [await upload("a.txt", "meow")], "m1");
    await expect
      .poll(() => house.said(), PATIENCE)
      .toEqual([expect.stringContaining("a.txt: 4 bytes, read")]);
    await house.say("file for you");
    await expect.poll(sent, PATIENCE).toEqual(["demo.txt: for you\n"]);

    await use("lines");
    await sayWith("look", [await upload("b.txt", "moo")], "m2");
    await expect
      .poll(async () => (await house.said()).at(-1), PATIENCE)
      .toMatch(/\[attached: b\.txt, .*\/files\/in\/.*b\.txt\]/);

    await use("louder");
    await sayWith("", [await upload("c.txt", "woof")], "m3");
    await expect.poll(sent, PATIENCE).toEqual(["demo.txt: for you\n", "louder.txt: WOOF"]);

    await use("agent");
    await sayWith("blocks", [await upload("d.txt", "baa")], "m4");
    await expect
      .poll(async () => (await house.said()).at(-1), PATIENCE)
      .toMatch(/"resource_link","uri":"file:.*d\.txt","name":"d\.txt"/);
  });

  it("[I01, E14] a file that was taken outlives a kill, and its message is taken once", async () => {
    const first = await house.run();
    const file = await upload("a.txt", "meow");
    first.kill("SIGKILL");
    await first.ended;
    const second = await house.run();
    expect(await textOf(file)).toBe("meow");
    expect(await sayWith("look", [file], "m1")).toMatchObject({ duplicate: false });
    second.kill("SIGKILL");
    await second.ended;
    await house.run();
    expect(await sayWith("look", [file], "m1")).toMatchObject({ duplicate: true });
    await expect.poll(async () => (await house.said()).join(), PATIENCE).toContain("4 bytes, read");
    const messages = await house.shown();
    expect(messages.filter(({ from }) => from.kind === "person")).toHaveLength(1);
    const kept = join(house.stateDir, "files", "chat-local");
    expect(readdirSync(kept)).toEqual([file]);
  });

  it("[E14] come and go through the console, which needs no token of the chat", async () => {
    const port = await freePort();
    const config = readFileSync(house.config, "utf8");
    writeFileSync(house.config, config.replace("http: { port: null }", `http: { port: ${port} }`));
    await house.run();
    const token = readFileSync(join(house.stateDir, "console-token"), "utf8").trim();
    const root = `http://127.0.0.1:${port}/chat/v1`;
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "image/svg+xml" };
    const url = `${root}/chats/home/files?name=a.svg`;
    const uploaded = await fetch(url, { method: "POST", headers, body: "<svg onload='1'/>" });
    expect(uploaded.status).toBe(201);
    const { id } = (await uploaded.json()) as { id: string };
    expect(await sayWith("look", [id], "m1")).toMatchObject({ outcome: "taken" });
    const response = await fetch(`${root}/files/${id}`, { headers });
    expect(await response.text()).toBe("<svg onload='1'/>");
    expect(response.headers.get("Content-Security-Policy")).toContain("sandbox");
    expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(response.headers.get("Content-Disposition")).toMatch(/^attachment; /);
    const bare = await fetch(`${root}/files/${id}`);
    expect(bare.status).toBe(401);
    const huge = new Uint8Array(21 * 1024 * 1024);
    const refused = await fetch(url, { method: "POST", headers, body: huge });
    expect(refused.status).toBe(413);
  });

  it("a backup has them", async () => {
    const life = await house.run();
    const file = await upload("a.txt", "meow");
    await sayWith("look", [file], "m1");
    await expect.poll(() => house.said(), PATIENCE).toHaveLength(1);
    const backup = join(house.directory, "kept.backup");
    expect((await house.cli(["backup", backup])).code).toBe(0);
    life.kill("SIGTERM");
    await life.ended;
    writeFileSync(join(house.stateDir, "files", "chat-local", file), "spoiled");
    const restored = await house.cli(["restore", backup]);
    expect(restored.err + restored.out).toContain("Restored");
    await house.run();
    expect(await textOf(file)).toBe("meow");
  });
});
