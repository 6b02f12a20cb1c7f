import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import type { Readable, Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runChat } from "../../../cli/chat/run-chat.ts";
import type { OutboxId } from "../../../sessions/ids.ts";
import { realChance, realClock } from "../../../sessions/real-time.ts";
import { never, openChat, TOKEN } from "../../adapters/local/local-chat.ts";
import type { OpenedChat } from "../../adapters/local/local-chat.ts";
import { Terminal } from "./terminal.ts";

const PATIENCE = { timeout: 10_000, interval: 10 };

let chat: OpenedChat;
let desk: string;
let leave: AbortController;
let running: Promise<void> | null = null;

beforeEach(async () => {
  chat = await openChat();
  desk = mkdtempSync(join(tmpdir(), "chat-desk-"));
  leave = new AbortController();
});
afterEach(async () => {
  leave.abort();
  await running;
  await chat.close();
  rmSync(desk, { recursive: true, force: true });
});

function start(input: Readable, output: Writable): void {
  const common = { url: chat.url(), token: TOKEN, chat: "home", user: "you", colour: false };
  const outside = { clock: realClock, chance: realChance, signal: leave.signal };
  running = runChat({ ...common, ...outside, input, output });
}

function sendFile(name: string, text: string) {
  const path = join(desk, "ours.bin");
  writeFileSync(path, "pdf");
  const file = { path, name, mime: "application/pdf", size: 3 };
  return chat
    .adapter()
    .send(
      { network: "local", account: "main", chat: "home", thread: null },
      { text, buttons: [], file, replyTo: null },
      { id: "out_file" as OutboxId, uncertain: false, signal: never },
    );
}

describe("files in a terminal", () => {
  let terminal: Terminal;
  beforeEach(() => {
    terminal = new Terminal({ columns: 100 });
  });

  it("[E14] a file that came is a line with its name, size and address", async () => {
    start(terminal.keys, terminal);
    await sendFile("report.pdf", "Here.");
    const url = `${chat.url()}/v1/files/`;
    await vi.waitFor(() => {
      const lines = terminal.text().split("\n");
      expect(lines[0]).toBe("agent  Here.");
      expect(lines[1]).toContain(`       [file] report.pdf (3 bytes) ${url}fil_`);
    }, PATIENCE);
    expect(terminal.text()).not.toContain(TOKEN);
  });

  it("a file's name cannot move the cursor", async () => {
    start(terminal.keys, terminal);
    await sendFile("a\u001b[2Jb\nc.pdf", "");
    await vi.waitFor(
      () => expect(terminal.text()).toMatch(/^agent {2}\[file\] a_\[2Jb_c\.pdf \(3 bytes\)/),
      PATIENCE,
    );
  });

  it("[E14] a file is sent by its path, with words, and once", async () => {
    const path = join(desk, "two words.txt");
    writeFileSync(path, "hello");
    start(terminal.keys, terminal);
    terminal.type(`/file "${path}" what is it?\r`);
    await vi.waitFor(() => expect(chat.host.stored).toHaveLength(1), PATIENCE);
    expect(chat.host.stored[0]).toMatchObject({
      text: "what is it?",
      attachments: [{ name: "two words.txt", mime: "text/plain", size: 5 }],
    });
    await vi.waitFor(
      () =>
        expect(terminal.text()).toMatch(
          /^you {4}what is it\?\n {7}\[file\] two words\.txt \(5 bytes\)\s+http/,
        ),
      PATIENCE,
    );
    expect(terminal.text().match(/\[file\]/g)).toHaveLength(1);
  });

  it("what cannot be read or is refused is said, and nothing is sent", async () => {
    writeFileSync(join(desk, "empty"), "");
    start(terminal.keys, terminal);
    terminal.type(`/file ${join(desk, "none")}\r`);
    await vi.waitFor(() => expect(terminal.text()).toContain("not sent: ENOENT"), PATIENCE);
    terminal.type(`/file ${join(desk, "empty")}\r`);
    await vi.waitFor(() => expect(terminal.text()).toContain("not sent: empty"), PATIENCE);
    // Nobody ever writes to it, and who waited for that would hear no other word.
    execFileSync("mkfifo", [join(desk, "pipe")]);
    terminal.type(`/file ${join(desk, "pipe")}\r`);
    await vi.waitFor(() => expect(terminal.text()).toContain("pipe is no file"), PATIENCE);
    expect(chat.host.offered).toEqual([]);
  });
});

describe("files in a pipe", () => {
  it("a file that came stands under its words", async () => {
    const keys = new PassThrough();
    const output = new PassThrough();
    let text = "";
    output.on("data", (chunk: Buffer) => (text += chunk.toString()));
    start(keys, output);
    await sendFile("report.pdf", "Here.");
    await vi.waitFor(
      () => expect(text).toMatch(/^agent: Here\.\n\[file\] report\.pdf \(3 bytes\) http:\S+\n$/),
      PATIENCE,
    );
    keys.end();
  });
});
