import type { ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

import { chatProtocol } from "./chat-protocol.ts";
import { generateProtocol } from "./generate-protocol.ts";
import type { Heard } from "./heard.ts";
import { messagesProtocol } from "./messages-protocol.ts";
import type { LoggedRequest } from "./model-server.ts";
import type { Protocol } from "./protocol.ts";
import type { Fault, Reply } from "./reply.ts";
import { responsesProtocol } from "./responses-protocol.ts";

interface Stage {
  readonly heard: Heard;
  /** Unique in the server: part of all ids of the answer. */
  readonly id: string;
  readonly response: ServerResponse;
  /** Who asked has closed the connection, or the answer is whole. */
  readonly gone: AbortSignal;
}

const PROTOCOLS = {
  chat: chatProtocol,
  messages: messagesProtocol,
  responses: responsesProtocol,
  generate: generateProtocol,
};

/** Gives one answer. */
export async function perform(reply: Reply, stage: Stage): Promise<LoggedRequest["outcome"]> {
  const { heard, id, response, gone } = stage;
  const protocol = PROTOCOLS[heard.api](id, heard.model);
  await wait(reply.delayMs ?? 0, gone);
  if (gone.aborted) return "left";
  if (reply.refuse !== undefined) {
    const { status, headers } = reply.refuse;
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(protocol.refusal(reply.refuse)));
    return "refused";
  }
  const { fault } = reply;
  if (fault?.does === "page") {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    response.end("<html><body>Welcome</body></html>");
    return "broken";
  }
  if (!heard.isStream && fault === undefined) {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(protocol.whole(reply)));
    return "answered";
  }
  if (fault !== undefined && isBeforeHead(fault)) {
    const isOver = await fail(fault, protocol, { ...stage, beforeHead: true });
    if (isOver !== null) return isOver;
  }
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  return stream(reply, protocol, stage);
}

async function stream(
  reply: Reply,
  protocol: Protocol,
  stage: Stage,
): Promise<LoggedRequest["outcome"]> {
  const { response, gone } = stage;
  const { fault, text = [], thought, tools = [], chunkMs = 0 } = reply;
  const frames = [
    ...(thought === undefined ? [] : [() => protocol.thought(thought)]),
    ...text.map((chunk) => () => protocol.text(chunk)),
  ];
  response.write(protocol.begin());
  for (let at = 0; at <= frames.length; at += 1) {
    if (fault !== undefined && fault.does !== "page" && (fault.at ?? 0) === at) {
      const isOver = await fail(fault, protocol, { ...stage, beforeHead: false });
      if (isOver !== null) return isOver;
    }
    if (gone.aborted) return "left";
    const frame = frames[at];
    if (frame === undefined) break;
    response.write(frame());
    // Each chunk is to arrive by itself.
    await wait(Math.max(chunkMs, 1), gone);
  }
  if (gone.aborted) return "left";
  for (const [index, call] of tools.entries()) response.write(protocol.tool(call, index));
  response.end(protocol.end(reply));
  return "answered";
}

/** What is said as a chunk needs a head before it. */
function isBeforeHead(fault: Fault): boolean {
  return !("at" in fault) && fault.does !== "garbage" && fault.does !== "error";
}

/** Null: it goes on. */
async function fail(
  fault: Fault,
  protocol: Protocol,
  stage: Stage & { readonly beforeHead: boolean },
): Promise<LoggedRequest["outcome"] | null> {
  const { response, gone } = stage;
  switch (fault.does) {
    case "stall":
      await wait(600_000, gone);
      return "left";
    case "drop":
      // What was written is to go out first.
      await wait(5, gone);
      response.destroy();
      return "broken";
    case "close":
      response.end();
      return "broken";
    case "garbage":
      response.write("data: {not json at all\n\n");
      return null;
    case "error":
      response.write(protocol.error(fault.message));
      response.end();
      return "broken";
    case "comments":
      if (stage.beforeHead) response.writeHead(200, { "content-type": "text/event-stream" });
      while (!gone.aborted) {
        response.write(": still here\n\n");
        await wait(20, gone);
      }
      return "left";
    case "page":
      return null;
  }
}

async function wait(ms: number, gone: AbortSignal): Promise<void> {
  if (ms === 0 || gone.aborted) return;
  await pause(ms, undefined, { signal: gone }).catch(() => undefined);
}
