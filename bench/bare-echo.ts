import { createAdaptorServer } from "@hono/node-server";
import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono } from "hono";
import type { ServerResponse } from "node:http";

import { createIds } from "../sessions/ids.ts";
import type { SessionId } from "../sessions/ids.ts";
import { realChance, realClock } from "../sessions/real-time.ts";
import { formatSessionKey } from "../sessions/session-key.ts";
import { createDemoWorker } from "../workers/demo/demo-worker.ts";
import type { WorkerTurn } from "../workers/worker.ts";

/**
 * What everything is measured against: a bot of the same HTTP library, the same shape of API and the same agent
 * process as the gateway's local chat, and nothing else: it remembers nothing, and a restart loses what it was told.
 */
const port = Number(process.argv[2]);
const ids = createIds(realClock, realChance);
const worker = createDemoWorker({
  host: {
    boot: ids.boot(),
    marker: "bare",
    started: () => Promise.resolve(),
    ended: () => Promise.resolve(),
    notice: () => undefined,
  },
  clock: realClock,
  environment: {},
  maxProcesses: 1,
  wordMs: 0,
  log: { debug: () => undefined, info: () => undefined, warn: () => undefined },
});
const viewers = new Set<ServerResponse>();
const sessions = new Map<string, SessionId>();
/** One turn at a time in each chat, like any bot that answers in order. */
const tails = new Map<string, Promise<void>>();
let counter = 0;

const app = new Hono<{ Bindings: HttpBindings }>();

app.get("/readyz", (context) => context.json({ ready: true }));

app.get("/v1/events", (context) => {
  const response = context.env.outgoing;
  response.writeHead(200, { "Content-Type": "text/event-stream; charset=utf-8" });
  response.write(": open\n\n");
  viewers.add(response);
  response.on("close", () => viewers.delete(response));
  return RESPONSE_ALREADY_SENT;
});

app.post("/v1/chats/:chat/messages", async (context) => {
  const chat = context.req.param("chat");
  const { text } = await context.req.json<{ text: string }>();
  counter += 1;
  const id = String(counter);
  const externalId = `${chat}~${id}`;
  const turn = (tails.get(chat) ?? Promise.resolve()).then(() => answer(chat, externalId, text));
  tails.set(chat, turn);
  return context.json({ id, externalId, fate: "running", duplicate: false }, 201);
});

async function answer(chat: string, externalId: string, text: string): Promise<void> {
  const session = sessions.get(chat) ?? ids.session();
  sessions.set(chat, session);
  const address = { network: "bare", account: "main", chat, thread: null };
  const key = formatSessionKey({ address, user: null });
  const conversation = { key, session, cursor: null, workspace: process.cwd() };
  const seat = await worker.open(conversation, new AbortController().signal);
  let said = "";
  for await (const event of seat.prompt(toTurn(text))) {
    if (event.type === "delta") said += event.text;
  }
  const shown = { externalId: `${externalId}-answer`, chat, from: { kind: "agent" }, text: said };
  const data = JSON.stringify({ ...shown, replyTo: externalId, sentAt: Date.now() });
  for (const response of viewers) response.write(`event: message\ndata: ${data}\n\n`);
}

function toTurn(text: string): WorkerTurn {
  const sender = { id: "you", name: "you" };
  return {
    turn: ids.turn(),
    attempt: 1,
    generation: 1,
    messages: [{ text, sender, attachments: [], sentAt: Date.now() }],
    note: null,
    transcript: [],
    grants: [],
  };
}

const server = createAdaptorServer({ fetch: app.fetch });
server.listen(port, "127.0.0.1");
process.on("SIGTERM", () => {
  void worker.close(500).then(() => process.exit(0));
});
