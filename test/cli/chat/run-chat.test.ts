import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runChat } from "../../../cli/chat/run-chat.ts";
import type { OutboxId } from "../../../sessions/ids.ts";
import { realChance, realClock } from "../../../sessions/real-time.ts";
import { never, openChat, TOKEN } from "../../adapters/local/local-chat.ts";
import type { OpenedChat } from "../../adapters/local/local-chat.ts";
import { Terminal } from "./terminal.ts";

const place = { network: "local", account: "main", chat: "home", thread: null };

describe("the chat in a terminal", () => {
  let chat: OpenedChat;
  let terminal: Terminal;
  let leave: AbortController;
  let running: Promise<void> | null = null;

  beforeEach(async () => {
    chat = await openChat();
    terminal = new Terminal();
    leave = new AbortController();
  });
  afterEach(async () => {
    leave.abort();
    await running;
    await chat.close();
  });

  const start = (more: { url?: string; token?: string; colour?: boolean } = {}): Promise<void> => {
    running = runChat({
      url: chat.url(),
      token: TOKEN,
      chat: "home",
      user: "you",
      input: terminal.keys,
      output: terminal,
      colour: false,
      signal: leave.signal,
      clock: realClock,
      chance: realChance,
      ...more,
    });
    running.catch(() => {});
    return running;
  };
  const shows = (wanted: string): Promise<void> =>
    vi.waitFor(() => expect(terminal.text()).toBe(wanted), { timeout: 5_000, interval: 10 });

  it("what is typed and what is answered stand once each, in order", async () => {
    chat.host.onStored = (message) => void chat.reply(`echo ${message.text}`);
    void start();
    terminal.type("hello\r");
    await shows("you    hello\nagent  echo hello\n>");
    terminal.type("again\rand again\r");
    await vi.waitFor(() => expect(chat.host.stored).toHaveLength(3));
    await vi.waitFor(() => expect(terminal.text()).toContain("echo and again"));
    expect(chat.host.stored.map((one) => one.text)).toEqual(["hello", "again", "and again"]);
    const lines = terminal.text().split("\n");
    expect(lines.toSorted()).toEqual(
      [
        ">",
        "agent  echo again",
        "agent  echo and again",
        "agent  echo hello",
        "you    again",
        "you    and again",
        "you    hello",
      ].toSorted(),
    );
  });

  it("the latest of the conversation is shown at the start, also what others said", async () => {
    await chat.client({ user: "ada" }).say("hi there", { signal: never });
    await chat.reply("hello Ada");
    void start();
    await shows("ada    hi there\nagent  hello Ada\n>");
  });

  it("an answer grows in its place while a line is being typed", async () => {
    void start();
    await shows(">");
    terminal.type("half a li");
    const externalId = await chat.reply("one");
    await shows("agent  one\n> half a li");
    for (const text of ["one two", "one two three\nfour", "one two three\nfour five"]) {
      await chat.edit(externalId, text);
    }
    await shows("agent  one two three\n       four five\n> half a li");
    terminal.type("ne\r");
    await shows("agent  one two three\n       four five\nyou    half a line\n>");
  });

  it("a typed line longer than the terminal stays whole when something is said above it", async () => {
    void start();
    await shows(">");
    terminal.type("x".repeat(100));
    const externalId = await chat.reply("first");
    await chat.edit(externalId, "second");
    const typed = `> ${"x".repeat(58)}\n${"x".repeat(42)}`;
    await shows(`agent  second\n${typed}`);
    terminal.type("\r");
    const said = `you    ${"x".repeat(52)}\n       ${"x".repeat(48)}`;
    await shows(`agent  second\n${said}\n>`);
  });

  it("a terminal that does not know its size is taken for a usual one", async () => {
    terminal = new Terminal({ columns: 80, rows: 24 });
    terminal.columns = 0;
    terminal.rows = 0;
    chat.host.onStored = (message) => void chat.reply(`echo ${message.text}`);
    void start();
    await shows(">");
    terminal.type("hello there\r");
    await shows("you    hello there\nagent  echo hello there\n>");
  });

  it("a button is chosen by its number, and a number without buttons is text", async () => {
    void start();
    await shows(">");
    const buttons = [
      [
        { label: "Allow", data: "r1:allow" },
        { label: "Deny", data: "r1:deny" },
      ],
    ];
    await chat
      .adapter()
      .send(
        place,
        { text: "May I?", buttons, file: null, replyTo: null },
        { id: "out_asked" as OutboxId, uncertain: false, signal: never },
      );
    await shows("agent  May I?\n       [1] Allow  [2] Deny\n>");
    terminal.type("2\r");
    await vi.waitFor(() => expect(chat.host.stored).toHaveLength(1));
    expect(chat.host.stored[0]?.button).toEqual({ data: "r1:deny", on: "out_asked" });
    await chat.edit("out_asked", "Denied.");
    await shows("agent  Denied.\n· you chose Deny\n>");
    terminal.type("2\r");
    await vi.waitFor(() => expect(chat.host.stored).toHaveLength(2));
    expect(chat.host.stored[1]).toMatchObject({ text: "2", button: null });
  });

  it("[I02] a gateway that goes away is told once, and a line typed meanwhile arrives once", async () => {
    void start();
    await chat.reply("before");
    await shows("agent  before\n>");
    const url = new URL(chat.url());
    await chat.adapter().disconnect();
    await shows("agent  before\n· gateway is away; retrying\n>");
    terminal.type("are you there\r");
    await vi.waitFor(() => expect(terminal.text()).toContain("not sent yet: “are you there”"));
    await chat.restart({ port: Number(url.port) });
    await chat.reply("meanwhile");
    await vi.waitFor(() => expect(terminal.text()).toContain("gateway is back"), {
      timeout: 5_000,
    });
    await vi.waitFor(() => expect(terminal.text()).toContain("sent: “are you there”"), {
      timeout: 5_000,
    });
    await chat.reply("after");
    await vi.waitFor(() => expect(terminal.text()).toContain("agent  after"));
    expect(chat.host.stored.map((one) => one.text)).toEqual(["are you there"]);
    const count = (text: string): number => terminal.text().split(text).length - 1;
    expect(count("agent  before")).toBe(1);
    expect(count("agent  meanwhile")).toBe(1);
    expect(count("you    are you there")).toBe(1);
    expect(count("gateway is away")).toBe(1);
    expect(count("not sent yet")).toBe(1);
  });

  it("an answer that is lost on the way is asked for again with the same id", async () => {
    const release = chat.host.hold();
    void start();
    await shows(">");
    terminal.type("hello\r");
    await vi.waitFor(() => expect(chat.host.offered).toHaveLength(1));
    chat.host.failures.push(new Error("the disk is full"));
    release();
    await vi.waitFor(() => expect(chat.host.stored).toHaveLength(1), { timeout: 5_000 });
    expect(new Set(chat.host.offered.map((one) => one.externalId)).size).toBe(1);
  });

  it("a chat started before its gateway waits for it", async () => {
    const { port } = new URL(chat.url());
    await chat.reply("said before");
    await chat.adapter().disconnect();
    void start({ url: `http://127.0.0.1:${port}` });
    await shows("· gateway is away; retrying\n>");
    await chat.restart({ port: Number(port) });
    await vi.waitFor(() => expect(terminal.text()).toContain("agent  said before"), {
      timeout: 5_000,
    });
  });

  it("a wrong token ends the chat with what to do", async () => {
    const thrown: unknown = await start({ token: "wrong" }).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: "adapter_refused" });
    expect(String(thrown)).toContain("token");
    running = null;
  });

  it("Ctrl-D ends the chat, and Ctrl-C first clears the line", async () => {
    const ended = start();
    await shows(">");
    terminal.type("some");
    await shows("> some");
    terminal.type("\u0003");
    await shows(">");
    terminal.type("\u0004");
    await ended;
    expect(terminal.text()).toBe("");
  });

  it("colours are used only when asked for", async () => {
    void start({ colour: true });
    await chat.reply("hi");
    await shows("agent  hi\n>");
    expect(terminal.styles()).toContain("[32]");
    leave.abort();
    await running;
    terminal = new Terminal();
    leave = new AbortController();
    void start();
    await shows("agent  hi\n>");
    expect(terminal.styles()).toBe("");
  });

  it("text of others cannot write to the terminal as it likes", async () => {
    void start();
    await chat.client({ user: "eve" }).say("a\u001B[2Jb", { signal: never });
    await shows("eve    a[2Jb\n>");
  });
});

describe("the chat in a pipe", () => {
  it("lines go in, answers come out once and whole, and the end of the input ends it", async () => {
    const chat = await openChat();
    chat.host.onStored = (message) => {
      void (async () => {
        const id = await chat.reply("ec");
        await chat.edit(id, `echo ${message.text}`);
      })();
    };
    const input = new PassThrough();
    const output = new PassThrough();
    const running = runChat({
      url: chat.url(),
      token: TOKEN,
      chat: "home",
      user: "you",
      input,
      output,
      colour: false,
      signal: never,
      clock: realClock,
      chance: realChance,
    });
    input.end("hello\n\n");
    await running;
    expect(String(output.read())).toBe("you: hello\nagent: echo hello\n");
    await chat.close();
  });
});
