import type { IncomingMessage } from "node:http";

import { openStream, post } from "./http.ts";

/** People in the chats of one bot, and a viewer that sees every answer. */
export interface Chat {
  /** Says `echo <token>`; resolves when the bot has taken it. */
  echo(chat: string, token: string): Promise<void>;
  /** Anything else; nobody waits for an answer. Answers the HTTP status. */
  say(chat: string, text: string): Promise<number>;
  /** Resolves when the answer `token` is seen: ask before saying it. */
  answer(token: string): Promise<void>;
  close(): void;
}

const ANSWER_MS = 60_000;

export async function openChat(bot: { url: string; token: string }): Promise<Chat> {
  const awaited = new Map<string, () => void>();
  const stream = await openStream({ url: `${bot.url}/v1/events`, token: bot.token });
  readEvents(stream, (text) => {
    awaited.get(text)?.();
    awaited.delete(text);
  });
  const say = (chat: string, text: string): Promise<number> =>
    post({ url: `${bot.url}/v1/chats/${chat}/messages`, token: bot.token }, { text });
  return {
    say,
    async echo(chat, token) {
      const status = await say(chat, `echo ${token}`);
      if (status !== 201) throw new Error(`the bot answered ${status} to a message`);
    },
    answer: (token) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          awaited.delete(token);
          reject(new Error(`no answer ${token} within ${ANSWER_MS} ms`));
        }, ANSWER_MS);
        awaited.set(token, () => {
          clearTimeout(late);
          resolve();
        });
      }),
    close: () => void stream.destroy(),
  };
}

/** Tells the text of each message of the bot, whether new or edited. */
function readEvents(stream: IncomingMessage, onText: (text: string) => void): void {
  let rest = "";
  stream.on("data", (chunk: string) => {
    const blocks = (rest + chunk).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      if (!block.includes('"kind":"agent"')) continue;
      const data: unknown = JSON.parse(block.slice(block.indexOf("data: ") + 6));
      if (typeof data === "object" && data !== null && "text" in data) onText(String(data.text));
    }
  });
  stream.on("error", () => undefined);
}
