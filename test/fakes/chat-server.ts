import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";

import { z } from "zod";

/** A small, strict chat network that outlives gateways: it keeps what was not acknowledged, and records all it was told. */
export interface ChatServer {
  readonly url: string;
  /** Everything that happened, in order. */
  readonly history: ChatEvent[];
  /** A person speaks; several at once come in one poll. Returns the message's id. */
  say(chat: string, text: string): string;
  sayTogether(said: readonly { readonly chat: string; readonly text: string }[]): readonly string[];
  press(chat: string, data: string, on: string): string;
  /** What people see now, oldest first. */
  shown(chat: string): readonly ShownNow[];
  /** What the next sends and edits meet, in order; `fault` is asked when this is empty. */
  readonly faults: Fault[];
  fault: (text: string) => Fault;
  /** Called when a send has taken effect, before it is answered. */
  onPlaced: (event: Extract<ChatEvent, { kind: "placed" }>) => void;
  /** Adds what the test itself did. */
  record(event: Extract<ChatEvent, { kind: "gateway" }>): void;
  /** Nobody long-polls any more and all is answered. */
  close(): Promise<void>;
}

export interface ShownNow {
  readonly id: string;
  readonly text: string;
  readonly replyTo: string | null;
  readonly buttons: readonly { readonly label: string; readonly data: string }[];
}

export type ChatEvent =
  | {
      readonly kind: "said";
      readonly chat: string;
      readonly id: string;
      readonly text: string;
      readonly isPress: boolean;
    }
  | { readonly kind: "acknowledged"; readonly id: string }
  /** `out`: the id that the gateway gave its send. */
  | {
      readonly kind: "placed";
      readonly chat: string;
      readonly id: string;
      readonly out: string;
      readonly text: string;
      readonly replyTo: string | null;
    }
  | { readonly kind: "edited"; readonly chat: string; readonly id: string; readonly text: string }
  /** Asked for something that a real network would refuse. */
  | { readonly kind: "misuse"; readonly what: string }
  /** What the test did to the gateway. */
  | {
      readonly kind: "gateway";
      readonly what: "booted" | "signalled" | "ended";
      readonly how: string;
    };

export type Fault =
  | "none"
  /** It takes effect, and the answer is lost. */
  | "lose_answer"
  /** It takes effect, and nothing comes back until the asker goes. */
  | "black_hole"
  /** Certain: it was not taken. */
  | "unavailable";

export interface ChatServerOptions {
  /** A send with a known id is the message that is there already. */
  readonly isIdempotent: boolean;
  readonly textLimit: number;
}

const POLL_MS = 20_000;
const POLL_LIMIT = 20;

const button = z.object({ label: z.string(), data: z.string() });
const outbound = {
  text: z.string().min(1),
  buttons: z.array(z.array(button)),
};
const pollShape = z.object({ after: z.int() });
const sendShape = z.object({
  id: z.string().min(1),
  chat: z.string().min(1),
  replyTo: z.string().nullable(),
  ...outbound,
});
const editShape = z.object({ message: z.string().min(1), ...outbound });

interface Update {
  readonly number: number;
  readonly chat: string;
  readonly id: string;
  readonly text: string;
  readonly press: { readonly data: string; readonly on: string } | null;
}

export async function createChatServer(options: ChatServerOptions): Promise<ChatServer> {
  const history: ChatEvent[] = [];
  const updates: Update[] = [];
  const shown = new Map<string, ShownNow & { readonly chat: string }>();
  const bySend = new Map<string, string>();
  const said = new Map<string, string>();
  const faults: Fault[] = [];
  const waiting = new Set<() => void>();
  let numbers = 0;
  let placed = 0;

  const server = createServer((request, response) => {
    void serve(request, response).catch((error: unknown) => {
      history.push({ kind: "misuse", what: String(error) });
      answer(response, 400, { error: String(error) });
    });
  });
  server.keepAliveTimeout = 60_000;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body: unknown = JSON.parse(await textOf(request));
    const { url = "" } = request;
    if (url === "/poll") return poll(pollShape.parse(body).after, response);
    if (url === "/send") {
      const wanted = sendShape.parse(body);
      return change(response, { text: wanted.text, act: () => send(wanted) });
    }
    if (url === "/edit") {
      const wanted = editShape.parse(body);
      return change(response, { text: wanted.text, act: () => edit(wanted) });
    }
    throw new Error(`there is no ${url}`);
  }

  /** Asking for what comes after a number acknowledges all up to it. Answers when there is something. */
  function poll(after: number, response: ServerResponse): void {
    while (updates[0] !== undefined && updates[0].number <= after) {
      const [update] = updates.splice(0, 1);
      if (update !== undefined) history.push({ kind: "acknowledged", id: update.id });
    }
    if (updates.length > 0) return answer(response, 200, updates.slice(0, POLL_LIMIT));
    const wake = (): void => {
      clearTimeout(timer);
      waiting.delete(wake);
      if (!response.destroyed) answer(response, 200, updates.slice(0, POLL_LIMIT));
    };
    const timer = setTimeout(wake, POLL_MS);
    waiting.add(wake);
    response.on("close", () => {
      clearTimeout(timer);
      waiting.delete(wake);
    });
  }

  function change(
    response: ServerResponse,
    {
      text,
      act,
    }: {
      readonly text: string;
      act(): { readonly status: number; readonly body: unknown };
    },
  ): void {
    const fault = faults.shift() ?? chat.fault(text);
    if (fault === "unavailable") return answer(response, 503, { error: "try later" });
    const { status, body } = act();
    if (fault === "lose_answer") return void response.destroy();
    if (fault === "none") answer(response, status, body);
  }

  function send(wanted: z.output<typeof sendShape>) {
    const { chat: to, id: out, text, replyTo, buttons } = wanted;
    if (text.length > options.textLimit) return refuse(`${out} has ${text.length} characters`);
    if (replyTo !== null && said.get(replyTo) !== to) {
      return refuse(`${out} answers ${replyTo}, which nobody said in ${to}`);
    }
    const known = options.isIdempotent ? bySend.get(out) : undefined;
    if (known !== undefined) return { status: 200, body: { id: known } };
    placed += 1;
    const id = `out-${placed}`;
    bySend.set(out, id);
    shown.set(id, { chat: to, id, text, replyTo, buttons: buttons.flat() });
    const event = { kind: "placed", chat: to, id, out, text, replyTo } as const;
    history.push(event);
    chat.onPlaced(event);
    return { status: 200, body: { id } };
  }

  function edit({ message: id, text, buttons }: z.output<typeof editShape>) {
    const before = shown.get(id);
    if (before === undefined) return refuse(`${id} was never placed`);
    if (text.length > options.textLimit) return refuse(`${id} gets ${text.length} characters`);
    shown.set(id, { ...before, text, buttons: buttons.flat() });
    history.push({ kind: "edited", chat: before.chat, id, text });
    return { status: 200, body: { id } };
  }

  function refuse(what: string) {
    history.push({ kind: "misuse", what });
    return { status: 400, body: { error: what } };
  }

  function add(to: string, text: string, press: Update["press"]): string {
    numbers += 1;
    const id = `in-${numbers}`;
    said.set(id, to);
    updates.push({ number: numbers, chat: to, id, text, press });
    history.push({ kind: "said", chat: to, id, text, isPress: press !== null });
    return id;
  }

  function wakeAll(): void {
    for (const wake of waiting) wake();
  }

  const url = await listen(server);
  const chat: ChatServer = {
    url,
    history,
    faults,
    fault: () => "none",
    onPlaced: () => undefined,
    say(to, text) {
      const id = add(to, text, null);
      wakeAll();
      return id;
    },
    sayTogether(all) {
      const ids = all.map((one) => add(one.chat, one.text, null));
      wakeAll();
      return ids;
    },
    press(to, data, on) {
      const id = add(to, "", { data, on });
      wakeAll();
      return id;
    },
    shown: (of) => [...shown.values()].filter((one) => one.chat === of),
    record: (event) => void history.push(event),
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return chat;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  request.setEncoding("utf8");
  for await (const part of request) text += String(part);
  return text;
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

function listen(server: ReturnType<typeof createServer>): Promise<string> {
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address !== "object" || address === null) return reject(new Error("no port"));
      resolve(`http://127.0.0.1:${address.port}`);
    });
  });
}
