import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { createChatClient } from "../../../console/chat/chat-client.ts";
import type { OutgoingPost, Posted } from "../../../console/chat/outgoing.ts";

const never = new AbortController().signal;
const hello: OutgoingPost = {
  kind: "message",
  text: "hello",
  replyTo: null,
  thread: null,
  files: [],
};

/** What is answered to the one request; `cutAt`: the connection breaks after so many bytes of the body. */
interface Answer {
  readonly status: number;
  readonly body: string;
  readonly cutAt?: number;
}

describe("a message that the page posts", () => {
  let server: Server;
  let answer: Answer;
  beforeEach(async () => {
    server = createServer((_, response) => {
      const { status, body, cutAt = body.length } = answer;
      response.writeHead(status, { "Content-Length": body.length });
      response.write(body.slice(0, cutAt), () => {
        if (cutAt < body.length) response.destroy();
        else response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const real = fetch;
    // As in a page, whose addresses are of its own server.
    vi.stubGlobal("fetch", (path: string, init: RequestInit) =>
      real(`http://127.0.0.1:${port}${path}`, init),
    );
  });
  afterEach(async () => {
    vi.unstubAllGlobals();
    await new Promise((resolve) => server.close(resolve));
  });
  const post = (given: Answer): Promise<Posted> => {
    answer = given;
    return createChatClient("home", () => () => undefined).post("own-1", hello, never);
  };
  const taken = JSON.stringify({ id: "own-1", externalId: "x", fate: "queued", duplicate: false });

  it("is taken when the gateway says so", async () => {
    expect(await post({ status: 201, body: taken })).toEqual({ outcome: "taken", fate: "queued" });
  });

  it.each([
    ["another program answers for the gateway", { status: 200, body: "<h1>Please log in</h1>" }],
    ["another program answers in JSON", { status: 200, body: `{"ok":true}` }],
    ["the answer breaks off", { status: 201, body: taken, cutAt: 10 }],
    ["a proxy finds no gateway", { status: 502, body: "<h1>Bad gateway</h1>" }],
  ])("is sent again when %s", async (_, given) => {
    expect((await post(given)).outcome).toBe("again");
  });
});
