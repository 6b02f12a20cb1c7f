import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalAdapter } from "../../../adapters/local/local-adapter.ts";
import type { LocalAdapter } from "../../../adapters/local/local-adapter.ts";
import { connectChat } from "../../../cli/chat/client.ts";
import { realChance, realClock } from "../../../sessions/real-time.ts";
import { adapterContract } from "../contract.ts";
import type { AdapterHarness, Words } from "../contract.ts";
import { createRecordingHost } from "../recording-host.ts";

const TOKEN = "planted-token-77aa";

adapterContract("the local chat", makeHarness);

async function makeHarness(): Promise<AdapterHarness> {
  const folder = mkdtempSync(join(tmpdir(), "local-contract-"));
  const lines: string[] = [];
  const note = (fields: object, text: string): void =>
    void lines.push(`${JSON.stringify(fields)} ${text}`);
  const made: LocalAdapter[] = [];
  const signal = new AbortController().signal;
  const make = (port = 0, file = "chat.sqlite"): LocalAdapter => {
    const adapter = createLocalAdapter({
      account: "main",
      host: "127.0.0.1",
      port,
      token: TOKEN,
      file: join(folder, file),
      clock: realClock,
      chance: realChance,
      log: { info: note, warn: note, error: note },
    });
    made.push(adapter);
    return adapter;
  };
  const url = (): string => made.map((one) => one.url()).findLast((one) => one !== null) ?? "";
  const client = (chat: string) => connectChat({ url: url(), token: TOKEN, chat, user: "you" });
  const say = async ({ chat, text, name, thread, replyTo, user }: Words): Promise<boolean> => {
    const posted = await client(chat).say(text, {
      id: name,
      signal,
      ...(thread !== undefined && thread !== null && { thread }),
      ...(replyTo !== undefined && { replyTo }),
      ...(user !== undefined && { user }),
    });
    return posted.outcome === "taken";
  };

  return {
    adapter: make(),
    host: createRecordingHost(),
    place: { chat: "home", thread: "plans" },
    secret: TOKEN,
    logged: () => lines.join("\n"),
    restarted: () => make(),
    obstructed: () =>
      Promise.resolve({
        adapter: make(Number(new URL(url()).port), "other.sqlite"),
        code: "port_in_use",
      }),
    person: {
      say,
      repeat: say,
      press: async ({ chat, ...button }) =>
        (await client(chat).press(button, { signal })).outcome === "taken",
      seen: async (chat) => {
        const { messages } = await client(chat).history({ after: null, limit: 1000, signal });
        return messages.filter((one) => one.from.kind === "agent");
      },
    },
    async close() {
      await Promise.all(made.map((one) => one.disconnect()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
