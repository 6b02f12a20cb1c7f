import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { ModelServer } from "./model-server.ts";
import { startModelServer } from "./model-server.ts";

describe("the scripted model server", () => {
  let server: ModelServer;

  beforeEach(async () => {
    server = await startModelServer();
  });

  afterEach(async () => {
    await server.stop();
  });

  const post = (path: string, body: object): Promise<Response> =>
    fetch(`${server.url}${path}`, { method: "POST", body: JSON.stringify(body) });

  const chat = (text: string, more: object = {}): Promise<Response> =>
    post("/chat/completions", {
      model: "m",
      messages: [{ role: "user", content: text }],
      ...more,
    });

  /** Events of a stream, `[DONE]` left out. */
  const events = async (response: Response): Promise<readonly Record<string, unknown>[]> =>
    [...(await response.text()).matchAll(/^data: (\{.*\})$/gm)].map(
      ([, json = ""]) => JSON.parse(json) as Record<string, unknown>,
    );

  const chatText = (all: readonly object[]): string =>
    (all as { choices: { delta: { content?: string } }[] }[])
      .flatMap(({ choices }) => choices.map(({ delta }) => delta.content ?? ""))
      .join("");

  const tool = { type: "function", function: { name: "read", parameters: {} } };

  it("repeats what it does not know, whole or as a stream of words", async () => {
    expect(await (await chat("hello there")).json()).toMatchObject({
      object: "chat.completion",
      choices: [{ message: { content: "You said: hello there" }, finish_reason: "stop" }],
      usage: { prompt_tokens: 100, completion_tokens: 10 },
    });
    const streamed = await events(await chat("hello there", { stream: true }));
    expect(chatText(streamed)).toBe("You said: hello there");
    expect(streamed.length).toBe(1 + 4 + 1 + 1);
    expect(streamed.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 100 } });
  });

  it("plays the steps of a message one by one, by what was answered since", async () => {
    const text =
      '[[say first]] and [[tool read {"path":"a"}\ntool read {"path":"b"}]] [[say last]]';
    const first = await (await chat(text, { tools: [tool] })).json();
    expect(first).toMatchObject({ choices: [{ message: { content: "first" } }] });
    const messages: object[] = [
      { role: "user", content: text },
      { role: "assistant", content: "first" },
    ];
    const second = await (
      await post("/chat/completions", { model: "m", messages, tools: [tool] })
    ).json();
    expect(second).toMatchObject({
      choices: [
        {
          finish_reason: "tool_calls",
          message: {
            tool_calls: [
              { function: { name: "read", arguments: '{"path":"a"}' } },
              { function: { name: "read", arguments: '{"path":"b"}' } },
            ],
          },
        },
      ],
    });
    messages.push({ role: "assistant", content: null, tool_calls: [] });
    messages.push({ role: "tool", tool_call_id: "1", content: "the file" });
    const third = await post("/chat/completions", { model: "m", messages, tools: [tool] });
    expect(await third.json()).toMatchObject({ choices: [{ message: { content: "last" } }] });
    messages.push({ role: "assistant", content: "x" }, { role: "tool", content: "more" });
    const after = await post("/chat/completions", { model: "m", messages, tools: [tool] });
    expect(await after.json()).toMatchObject({
      choices: [{ message: { content: "The tool said: more" } }],
    });
  });

  it("takes no orders from what is only told again", async () => {
    const teller = await startModelServer({ retold: /^[^]*\[new\]/ });
    const messages = [{ role: "user", content: "[[say old]] [new] [[say fresh]]" }];
    const answer = await fetch(`${teller.url}/chat/completions`, {
      method: "POST",
      body: JSON.stringify({ model: "m", messages }),
    });
    expect(await answer.json()).toMatchObject({ choices: [{ message: { content: "fresh" } }] });
    await teller.stop();
  });

  it("calls no tool where none may be called", async () => {
    const answer = await (await chat("[[tool read {}]]")).json();
    expect(answer).toMatchObject({ choices: [{ message: { content: "I have no tools." } }] });
  });

  it("gives queued replies in order, rules before them, and logs every request", async () => {
    server.queue({ text: ["one"] }, { text: ["two"], usage: { input: 7, output: 3 } });
    const off = server.always(({ model }) => model === "other", { text: ["ruled"] });
    const say = async (model: string): Promise<unknown> => (await chat("x", { model })).json();
    expect(await say("other")).toMatchObject({ choices: [{ message: { content: "ruled" } }] });
    expect(await say("m")).toMatchObject({ choices: [{ message: { content: "one" } }] });
    expect(await say("m")).toMatchObject({ usage: { prompt_tokens: 7, completion_tokens: 3 } });
    off();
    expect(await say("other")).toMatchObject({
      choices: [{ message: { content: "You said: x" } }],
    });
    expect(server.requests.map(({ outcome }) => outcome)).toEqual(Array(4).fill("answered"));
    expect(server.requests[0]).toMatchObject({
      body: { model: "other" },
      heard: { api: "chat", model: "other", messages: [{ role: "user", text: "x" }] },
    });
  });

  it.each([401, 403, 404, 429, 500, 503])("refuses with %d as told", async (status) => {
    const headers = { "retry-after": "3" };
    server.queue({ refuse: { status, message: "no", headers } });
    const response = await chat("x");
    expect(response.status).toBe(status);
    expect(response.headers.get("retry-after")).toBe("3");
    expect(await response.json()).toMatchObject({ error: { message: "no" } });
    expect((await chat(`status ${status} again no`)).status).toBe(status);
  });

  it("knows its key and its models where it has any", async () => {
    const strict = await startModelServer({ key: "sk-right", models: ["good"] });
    const ask = async (key: string, model: string): Promise<number> => {
      const response = await fetch(`${strict.url}/chat/completions`, {
        method: "POST",
        headers: { authorization: `Bearer ${key}` },
        body: JSON.stringify({ model, messages: [] }),
      });
      return response.status;
    };
    expect(await ask("sk-wrong", "good")).toBe(401);
    expect(await ask("sk-right", "bad")).toBe(404);
    expect(await ask("sk-right", "good")).toBe(200);
    expect(await (await fetch(`${strict.url}/models`)).json()).toMatchObject({
      data: [{ id: "good" }],
    });
    await strict.stop();
  });

  it("stalls before the head and in the middle until who asked has left", async () => {
    for (const text of ["stall", "stall one two"]) {
      const abort = new AbortController();
      const request = fetch(`${server.url}/chat/completions`, {
        method: "POST",
        signal: abort.signal,
        body: JSON.stringify({ stream: true, messages: [{ role: "user", content: text }] }),
      }).then((response) => response.text());
      const early = await Promise.race([
        request,
        new Promise((over) => setTimeout(over, 60, "no")),
      ]);
      expect(early).toBe("no");
      abort.abort();
      await expect(request).rejects.toThrow("abort");
    }
    await expect
      .poll(() => server.requests.map(({ outcome }) => outcome))
      .toEqual(["left", "left"]);
  });

  it("drops before the head and in the middle, or closes without an end", async () => {
    await expect(chat("drop", { stream: true })).rejects.toThrow("fetch failed");
    const dropped = await chat("drop one two", { stream: true });
    await expect(dropped.text()).rejects.toThrow("terminated");
    const closed = await (await chat("close one two", { stream: true })).text();
    expect(closed).toContain("two");
    expect(closed).not.toContain("[DONE]");
  });

  it("says garbage, errors, comments, a page or nothing", async () => {
    expect(await (await chat("garbage one two", { stream: true })).text()).toMatch(
      /two[^]*\{not json[^]*\[DONE\]/,
    );
    server.queue(
      { text: ["a", "b"], fault: { does: "error", at: 1, message: "overloaded" } },
      { fault: { does: "page" } },
    );
    const error = await (await chat("x", { stream: true })).text();
    expect(error).toContain('{"error":{"message":"overloaded"');
    expect(error).not.toContain('"b"');
    expect((await chat("x")).headers.get("content-type")).toContain("text/html");
    expect(chatText(await events(await chat("empty", { stream: true })))).toBe("");
    const abort = new AbortController();
    const comments = await fetch(`${server.url}/chat/completions`, {
      method: "POST",
      signal: abort.signal,
      body: JSON.stringify({ messages: [{ role: "user", content: "comments" }] }),
    });
    const first = (await comments.body?.getReader().read())?.value as Uint8Array;
    expect(new TextDecoder().decode(first)).toMatch(/^: still here/);
    abort.abort();
  });

  it("recalls what it was given, images and calls too", async () => {
    const messages = [
      { role: "system", content: "Be brief." },
      { role: "user", content: [{ type: "text", text: "look" }, { type: "image_url" }] },
      { role: "assistant", tool_calls: [{ function: { name: "read" } }] },
      { role: "tool", content: "seen" },
      { role: "user", content: "recall" },
    ];
    const answer = await (await post("/chat/completions", { model: "m", messages })).json();
    expect(answer).toMatchObject({
      choices: [
        {
          message: {
            content:
              "system: Be brief.\nuser: look with 1 images\nassistant:  calls read\ntool: seen\nuser: recall",
          },
        },
      ],
    });
  });

  it("speaks Anthropic's messages, whole and as a stream", async () => {
    const ask = (text: string, more: object = {}): Promise<Response> =>
      post("/messages", {
        model: "m",
        max_tokens: 100,
        system: [{ type: "text", text: "Be brief." }],
        messages: [{ role: "user", content: [{ type: "text", text }] }],
        tools: [{ name: "read", input_schema: {} }],
        ...more,
      });
    expect(await (await ask("hi")).json()).toMatchObject({
      type: "message",
      content: [{ type: "text", text: "You said: hi" }],
      stop_reason: "end_turn",
      usage: { input_tokens: 100, output_tokens: 10 },
    });
    server.queue({ text: ["a ", "b"], tools: [{ name: "read", input: { path: "x" } }] });
    const types = (await events(await ask("x", { stream: true }))).map(({ type }) => type);
    expect(types).toEqual([
      "message_start",
      "content_block_start",
      "content_block_delta",
      "content_block_delta",
      "content_block_stop",
      "content_block_start",
      "content_block_delta",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
    const messages = [
      { role: "user", content: '[[tool read {"path":"x"}]] [[say seen]]' },
      { role: "assistant", content: [{ type: "tool_use", id: "t", name: "read", input: {} }] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "t", content: "a file" }] },
    ];
    expect(await (await ask("", { messages })).json()).toMatchObject({
      content: [{ text: "seen" }],
    });
    const refused = await ask("status 429 slow down");
    expect(await refused.json()).toEqual({
      type: "error",
      error: { type: "rate_limit_error", message: "slow down" },
    });
    expect(await (await post("/messages/count_tokens", {})).json()).toEqual({ input_tokens: 100 });
  });

  it("speaks OpenAI's responses, whole and as a stream", async () => {
    const ask = (input: unknown, more: object = {}): Promise<Response> =>
      post("/responses", {
        model: "m",
        instructions: "Be brief.",
        input,
        tools: [{ type: "function", name: "read" }],
        ...more,
      });
    expect(await (await ask("hi")).json()).toMatchObject({
      object: "response",
      status: "completed",
      output: [{ type: "message", content: [{ type: "output_text", text: "You said: hi" }] }],
    });
    server.queue({ text: ["a ", "b"], tools: [{ name: "read", input: { path: "x" } }] });
    const streamed = await events(await ask("x", { stream: true }));
    expect(streamed.at(0)).toMatchObject({ type: "response.created", sequence_number: 1 });
    expect(streamed.at(-1)).toMatchObject({
      type: "response.completed",
      response: {
        output: [
          { type: "message", content: [{ text: "a b" }] },
          { type: "function_call", name: "read", arguments: '{"path":"x"}' },
        ],
        usage: { input_tokens: 100 },
      },
    });
    const input = [
      { role: "user", content: [{ type: "input_text", text: "[[tool read {}]] [[say seen]]" }] },
      { type: "function_call", call_id: "c", name: "read", arguments: "{}" },
      { type: "function_call_output", call_id: "c", output: "a file" },
    ];
    expect(await (await ask(input)).json()).toMatchObject({
      output: [{ content: [{ text: "seen" }] }],
    });
  });

  it("speaks Google's generate content, whole and as a stream", async () => {
    const ask = (contents: unknown, does = "generateContent"): Promise<Response> =>
      fetch(`${server.origin}/v1beta/models/m:${does}`, {
        method: "POST",
        body: JSON.stringify({
          systemInstruction: { parts: [{ text: "Be brief." }] },
          contents,
          tools: [{ functionDeclarations: [{ name: "read" }] }],
        }),
      });
    const user = (text: string) => ({ role: "user", parts: [{ text }] });
    expect(await (await ask([user("hi")])).json()).toMatchObject({
      candidates: [
        { content: { role: "model", parts: [{ text: "You said: hi" }] }, finishReason: "STOP" },
      ],
      usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 10 },
    });
    server.queue({ text: ["a ", "b"], tools: [{ name: "read", input: { path: "x" } }] });
    const streamed = await events(await ask([user("x")], "streamGenerateContent"));
    expect(streamed).toMatchObject([
      { candidates: [{ content: { parts: [{ text: "a " }] } }] },
      { candidates: [{ content: { parts: [{ text: "b" }] } }] },
      {
        candidates: [
          { content: { parts: [{ functionCall: { name: "read", args: { path: "x" } } }] } },
        ],
      },
      { candidates: [{ finishReason: "STOP" }] },
    ]);
    const contents = [
      user("[[tool read {}]] [[recall]]"),
      { role: "model", parts: [{ functionCall: { name: "read", args: {} } }] },
      {
        role: "user",
        parts: [{ functionResponse: { name: "read", response: { output: "a file" } } }],
      },
    ];
    expect(await (await ask(contents)).json()).toMatchObject({
      candidates: [
        {
          content: {
            parts: [
              {
                text: "system: Be brief.\nuser: [[tool read {}]] [[recall]]\nassistant:  calls read\ntool: a file",
              },
            ],
          },
        },
      ],
    });
    expect(await (await ask([user("status 429 slow down")])).json()).toEqual({
      error: { code: 429, message: "slow down", status: "RESOURCE_EXHAUSTED" },
    });
  });
});
