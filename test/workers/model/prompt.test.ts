import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { TranscriptEntry } from "../../../sessions/transcript.ts";
import type { TurnAttachment, WorkerTurn } from "../../../workers/worker.ts";
import type { ModelWorkerOptions } from "../../../workers/model/model-worker.ts";
import { assistantEntry, attachmentOf, entryOf, play, turnOf, userEntry } from "../turns.ts";
import { useModelWorld } from "./world.ts";

type Sent = readonly {
  readonly role: string;
  readonly content: unknown;
  readonly tool_calls?: readonly { readonly id: string; readonly function: { name: string } }[];
  readonly tool_call_id?: string;
}[];

/** What goes over the line for this turn. */
async function send(turn: WorkerTurn, options: Partial<ModelWorkerOptions> = {}): Promise<Sent> {
  const { open, sent } = await useModelWorld(options);
  await play(await open(), turn);
  return sent();
}

function toolEntry(
  state: "done" | "failed" | "cancelled" | "unknown" | "open",
  more: { readonly call?: string; readonly result?: string; readonly input?: string } = {},
): TranscriptEntry {
  const { call = "same id", input = "{}", result = null } = more;
  return entryOf({ kind: "tool", call, name: "Read file", input, state, result });
}

describe("what a model is given", () => {
  it("is the system's words, the transcript and last the note with the message", async () => {
    const transcript = [userEntry("first"), assistantEntry("answer"), assistantEntry("more", true)];
    const note = { cause: "crash", text: "[restart note] cut" } as const;
    const sent = await send(turnOf(["a", "b"], { transcript, note }), { system: "Be brief." });
    expect(sent).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "first" },
      { role: "assistant", content: "answer\n\nmore\n[cut short here]" },
      { role: "user", content: "[restart note] cut\n\na\n\nb" },
    ]);
  });

  it("people and model take turns, whoever spoke twice, and a person begins", async () => {
    const transcript = [assistantEntry("hello"), userEntry("a"), userEntry("b")];
    const sent = await send(turnOf("c", { transcript }));
    expect(sent).toEqual([
      { role: "user", content: "[Earlier parts of this conversation are left out here.]" },
      { role: "assistant", content: "hello" },
      { role: "user", content: "a\n\nb\n\nc" },
    ]);
  });

  it("names people where there are several", async () => {
    const other = entryOf({
      kind: "user",
      text: "hi",
      sender: { id: "ann", name: "Ann" },
      message: "m" as never,
      attachments: [],
      sentAt: 0,
    });
    expect(await send(turnOf("hello", { transcript: [other] }))).toEqual([
      { role: "user", content: "Ann: hi\n\nYou: hello" },
    ]);
  });

  it.each(["done", "failed", "cancelled", "unknown", "open"] as const)(
    "[W08][W14] a tool call that is %s has a result of its own",
    async (state) => {
      const result = state === "done" || state === "failed" ? { result: "42" } : {};
      const transcript = [
        userEntry("go"),
        toolEntry(state, { ...result, input: '{"path":"a"}' }),
        toolEntry("done", { result: "second", input: "words" }),
      ];
      const sent = await send(turnOf("next", { transcript }));
      expect(sent.map(({ role }) => role)).toEqual(
        "user assistant tool assistant tool user".split(" "),
      );
      const calls = sent.flatMap(({ tool_calls = [] }) => tool_calls);
      expect(calls.map((call) => call.function)).toEqual([
        { name: "Read_file", arguments: '{"path":"a"}' },
        { name: "Read_file", arguments: '{"input":"words"}' },
      ]);
      const results = sent.filter(({ role }) => role === "tool");
      expect(results.map(({ tool_call_id }) => tool_call_id)).toEqual(calls.map(({ id }) => id));
      expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
      expect(String(results[0]?.content)).not.toBe("");
    },
  );

  it("the oldest is left out first, and it is told that something is", async () => {
    const transcript = Array.from({ length: 20 }, (_, at) => [
      userEntry(`question ${at} ${"x".repeat(400)}`),
      assistantEntry(`answer ${at} ${"y".repeat(400)}`),
    ]).flat();
    const sent = await send(turnOf("now", { transcript }), { maxInputTokens: 1000 });
    const all = sent.map(({ content }) => String(content)).join("\n");
    expect(all).toContain("left out here");
    expect(all).toContain("answer 19");
    expect(all).toContain("now");
    expect(all).not.toContain("question 0 ");
    expect(all.length).toBeLessThan(4500);
    expect(all.length).toBeGreaterThan(2500);
    expect(sent[0]?.role).toBe("user");
  });

  it("[W14] at no budget a tool call is cut from its result", async () => {
    const transcript = Array.from({ length: 8 }, (_, at) => [
      userEntry(`q${at} ${"x".repeat(300)}`),
      toolEntry("done", { result: "r".repeat(300), input: "i".repeat(300) }),
      toolEntry("unknown", { result: "s".repeat(300) }),
      assistantEntry("a".repeat(300)),
    ]).flat();
    const { open, sent } = await useModelWorld();
    const session = await open();
    await play(session, turnOf("x", { transcript }));
    expect((sent() as Sent).filter(({ role }) => role === "tool")).toHaveLength(16);
    for (let budget = 1000; budget < 4000; budget += 150) {
      const messages = await send(turnOf("x", { transcript }), { maxInputTokens: budget });
      const calls = messages.flatMap(({ tool_calls = [] }) => tool_calls.map(({ id }) => id));
      const results = messages.flatMap(({ tool_call_id: id }) => (id === undefined ? [] : [id]));
      expect(results).toEqual(calls);
    }
  });

  it("a message without words, and a turn without messages, are still something", async () => {
    expect(await send(turnOf(""))).toEqual([
      { role: "user", content: "(a message without words)" },
    ]);
    const transcript = [userEntry("before")];
    expect(await send(turnOf([], { transcript }))).toEqual([
      { role: "user", content: "before\n\nGo on." },
    ]);
  });
});

describe("files that a model is given", () => {
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "sluice-model-"));
  });

  afterEach(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  function file(name: string, bytes: string | Uint8Array, mime: string): TurnAttachment {
    const path = join(dir, name);
    writeFileSync(path, bytes);
    return { ...attachmentOf(name, { path, problem: null, size: bytes.length }), mime };
  }

  const contents = async (
    attachment: TurnAttachment,
    options: Partial<ModelWorkerOptions> = {},
  ): Promise<unknown> =>
    (await send(turnOf("look", { attachments: [attachment] }), options)).at(-1)?.content;

  const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47);

  it("images are shown to a model that takes them, and told to one that does not", async () => {
    const image = file("a.png", png, "image/png");
    expect(await contents(image, { images: true })).toEqual([
      { type: "text", text: "look" },
      { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw==" } },
    ]);
    expect(await contents(image)).toBe(
      "look\n\n[attached: a.png; its content is not here: this model is shown no images]",
    );
  });

  it("text is put in whole up to the limit, whatever it is called", async () => {
    const short = file("a.ts", "const ü = '🚀';\n", "application/octet-stream");
    expect(await contents(short)).toBe(
      "look\n\n[attached: a.ts]\nconst ü = '🚀';\n\n[end of file]",
    );
    const long = file("b.txt", "€".repeat(5000), "text/plain");
    const text = String(await contents(long, { fileChars: 100 }));
    expect(text).toContain(`${"€".repeat(100)}\n[only the first 100 characters]`);
    expect(await contents(short, { fileChars: 0 })).toContain("this model is given no files");
  });

  it.each([
    ["zeros", Uint8Array.of(65, 0, 66)],
    ["no UTF-8", Uint8Array.of(65, 0xff, 0xfe)],
  ])("a file of %s is told, not put in", async (_, bytes) => {
    expect(await contents(file("a.bin", bytes, "text/plain"))).toContain("it is no text");
  });

  it("a file that is not there is told with the reason", async () => {
    const lost = attachmentOf("a.txt", { path: null, problem: "too large", size: 9 });
    expect(await contents(lost)).toContain("[attached: a.txt; its content is not here: too large]");
    const gone = attachmentOf("a.txt", { path: join(dir, "gone"), problem: null, size: 9 });
    expect(await contents(gone)).toContain("it cannot be read (ENOENT");
  });

  it("files of earlier messages are named", async () => {
    const body = userEntry("see").body;
    if (body.kind !== "user") throw new Error("it is a user's");
    const attachments = [{ kind: "photo" as const, ref: "r", name: "", mime: "", size: null }];
    const transcript = [entryOf({ ...body, attachments }), assistantEntry("seen")];
    const sent = await send(turnOf("x", { transcript }));
    expect(sent[0]?.content).toBe("see\n[attached: photo]");
  });
});
