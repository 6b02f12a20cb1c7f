import { request } from "node:http";

import { z } from "zod";

import type { Adapter, AdapterHost, SendResult } from "../../adapters/adapter.ts";
import type { Clock } from "../../sessions/clock.ts";
import { sleep } from "../../sessions/clock.ts";
import { textOf } from "../../sessions/errors.ts";
import type { InboundMessage } from "../../sessions/message.ts";

export interface ChatAdapterOptions {
  readonly url: string;
  readonly network: string;
  readonly account: string;
  readonly textLimit: number;
  readonly idempotentForMs: number;
  /** Without a stored cursor each boot is given again what was not acknowledged. */
  readonly keepsCursor: boolean;
  readonly clock: Clock;
}

const AGAIN_MS = 20;

const updatesShape = z.array(
  z.object({
    number: z.int(),
    chat: z.string(),
    id: z.string(),
    text: z.string(),
    press: z.object({ data: z.string(), on: z.string() }).nullable(),
  }),
);
const placedShape = z.object({ id: z.string() });
const cursorShape = z.int().nullable().catch(null);

/** A poller as for a real network: it stores before it acknowledges, and asks for no more before that. */
export function createChatAdapter(options: ChatAdapterOptions): Adapter {
  const { network, account, clock } = options;
  const ending = new AbortController();
  let polling: Promise<void> = Promise.resolve();

  async function poll(host: AdapterHost): Promise<void> {
    let after = options.keepsCursor ? (cursorShape.parse(await host.cursor("after")) ?? 0) : 0;
    while (!ending.signal.aborted) {
      try {
        const answer = await post(`${options.url}/poll`, { after }, ending.signal);
        const updates = updatesShape.parse(JSON.parse(answer.text));
        const last = updates.at(-1);
        if (last === undefined) continue;
        const cursor = { space: "cursor", key: "after", value: last.number, ttlMs: null } as const;
        const receipts = await host.accept(
          updates.map(toMessage),
          options.keepsCursor ? [cursor] : [],
        );
        if (receipts.every((receipt) => receipt.outcome !== "full")) after = last.number;
        else await sleep(clock, AGAIN_MS, ending.signal);
      } catch (error) {
        if (!ending.signal.aborted) console.error(`poll: ${textOf(error)}`);
        await sleep(clock, AGAIN_MS, ending.signal);
      }
    }
  }

  function toMessage(update: z.output<typeof updatesShape>[number]): InboundMessage {
    return {
      externalId: update.id,
      address: { network, account, chat: update.chat, thread: null },
      sender: { id: "ann", name: "Ann" },
      scope: "private",
      text: update.text,
      button: update.press,
      attachments: [],
      album: null,
      edits: null,
      isLate: false,
      replyTo: null,
      sentAt: 0,
    };
  }

  async function place(path: string, body: unknown, signal: AbortSignal): Promise<SendResult> {
    try {
      const { status, text } = await post(`${options.url}${path}`, body, signal);
      if (status === 503) return { outcome: "not_sent", reason: "unavailable" };
      if (status !== 200) return { outcome: "refused", reason: text };
      return { outcome: "sent", externalId: placedShape.parse(JSON.parse(text)).id };
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : "";
      // Nobody listened, so nobody heard.
      if (code === "ECONNREFUSED") return { outcome: "not_sent", reason: "connection refused" };
      return { outcome: "unknown", reason: String(error) };
    }
  }

  return {
    network,
    account,
    capabilities: {
      textLimit: options.textLimit,
      canEdit: true,
      editIntervalMs: 20,
      editIntervalInGroupsMs: 20,
      canButtons: true,
      idempotentForMs: options.idempotentForMs,
      burstMs: 0,
      albumMs: 0,
      sendFileLimit: 0,
      fetchFileLimit: 0,
      canPushBack: true,
    },
    async connect(host) {
      host.state({ at: "connected" });
      polling = poll(host);
    },
    async disconnect() {
      ending.abort();
      await polling;
    },
    send: (address, { text, buttons, replyTo }, { id, signal }) =>
      place("/send", { id, chat: address.chat, text, buttons, replyTo }, signal),
    edit: (_address, message, { text, buttons }, { signal }) =>
      place("/edit", { message, text, buttons }, signal),
    typing: () => Promise.resolve(),
  };
}

/** Plainly, without the pool of `fetch`, which would not tell a refused connection from a lost answer. */
function post(
  url: string,
  body: unknown,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      { method: "POST", signal, headers: { "content-type": "application/json" } },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => (text += part));
        response.on("error", reject);
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    asked.on("error", reject);
    asked.end(JSON.stringify(body));
  });
}
