import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalAdapter } from "../../../adapters/local/local-adapter.ts";
import type { LocalAdapter } from "../../../adapters/local/local-adapter.ts";
import type { LocalAdapterOptions } from "../../../adapters/local/local-chat.ts";
import { connectChat } from "../../../cli/chat/client.ts";
import type { ChatClient } from "../../../cli/chat/client.ts";
import type { ChatEvent } from "../../../cli/chat/shown.ts";
import type { OutboxId } from "../../../sessions/ids.ts";
import { realChance, realClock } from "../../../sessions/real-time.ts";
import { createRecordingHost } from "../recording-host.ts";
import type { RecordingHost } from "../recording-host.ts";

export const TOKEN = "planted-token-8f2c";
export const never = new AbortController().signal;

/** A connected local chat on a free port, with a file that outlives its adapters. */
export interface OpenedChat {
  readonly host: RecordingHost;
  readonly file: string;
  readonly logged: unknown[];
  adapter(): LocalAdapter;
  url(): string;
  /** Another adapter on the same file and, unless told, the same port. */
  restart(more?: Partial<LocalAdapterOptions>): Promise<void>;
  make(more?: Partial<LocalAdapterOptions>): LocalAdapter;
  client(more?: { chat?: string; user?: string }): ChatClient;
  /** The agent speaks. */
  reply(text: string, more?: { chat?: string; id?: string }): Promise<string>;
  edit(externalId: string, text: string): Promise<void>;
  close(): Promise<void>;
}

export async function openChat(more: Partial<LocalAdapterOptions> = {}): Promise<OpenedChat> {
  const folder = mkdtempSync(join(tmpdir(), "local-chat-"));
  const file = join(folder, "chat.sqlite");
  const logged: unknown[] = [];
  const note = (fields: object, text: string): void => void logged.push([fields, text]);
  const made: LocalAdapter[] = [];
  const host = createRecordingHost();
  let sent = 0;

  const make = (other: Partial<LocalAdapterOptions> = {}): LocalAdapter => {
    const adapter = createLocalAdapter({
      account: "main",
      host: "127.0.0.1",
      port: 0,
      token: TOKEN,
      file,
      clock: realClock,
      chance: realChance,
      log: { info: note, warn: note, error: note },
      ...more,
      ...other,
    });
    made.push(adapter);
    return adapter;
  };
  let adapter = make();
  await adapter.connect(host, never);

  const opened: OpenedChat = {
    host,
    file,
    logged,
    adapter: () => adapter,
    url: () => adapter.url() ?? "http://127.0.0.1:1",
    async restart(other = {}) {
      const port = Number(new URL(opened.url()).port);
      await adapter.disconnect();
      adapter = make({ port, ...other });
      await adapter.connect(host, never);
    },
    make,
    client: ({ chat = "home", user = "you" } = {}) =>
      connectChat({ url: opened.url(), token: TOKEN, chat, user }),
    async reply(text, { chat = "home", id } = {}) {
      sent += 1;
      const result = await adapter.send(
        { network: "local", account: "main", chat, thread: null },
        { text, buttons: [], file: null, replyTo: null },
        { id: (id ?? `out_test${sent}`) as OutboxId, uncertain: false, signal: never },
      );
      if (result.outcome !== "sent") throw new Error(`not sent: ${JSON.stringify(result)}`);
      return result.externalId;
    },
    async edit(externalId, text) {
      const result = await adapter.edit(
        { network: "local", account: "main", chat: "home", thread: null },
        externalId,
        { text, buttons: [], file: null, replyTo: null },
        { id: "out_edit" as OutboxId, uncertain: false, signal: never },
      );
      if (result.outcome !== "sent") throw new Error(`not edited: ${JSON.stringify(result)}`);
    },
    async close() {
      await Promise.all(made.map((one) => one.disconnect()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return opened;
}

/** The events of one connection until `count` messages or edits came, or it is live when `count` is "live". */
export async function take(
  client: ChatClient,
  options: { after: number | null; count: number | "live" },
): Promise<ChatEvent[]> {
  const taken: ChatEvent[] = [];
  const leave = new AbortController();
  let left = options.count === "live" ? Number.POSITIVE_INFINITY : options.count;
  try {
    for await (const event of client.events({ after: options.after, signal: leave.signal })) {
      taken.push(event);
      if (event.kind === "message" || event.kind === "edit") left -= 1;
      if (left <= 0 || (options.count === "live" && event.kind === "live")) break;
    }
  } finally {
    leave.abort();
  }
  return taken;
}
