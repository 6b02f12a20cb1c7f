import type { z } from "zod";
import { SluiceError, textOf } from "../../sessions/errors.ts";
import { readEventBlocks } from "./event-blocks.ts";
import {
  fateBody,
  fileBody,
  historyBody,
  parseChatEvent,
  refusedBody,
  takenBody,
} from "./shown.ts";
import type { ChatEvent, ShownFile, ShownMessage } from "./shown.ts";

export interface ChatClientOptions {
  /** `http://127.0.0.1:8787` */
  readonly url: string;
  readonly token: string;
  readonly chat: string;
  readonly user: string;
}

/** A chat of the local network as a program sees it. Each call is one try; nothing is remembered. */
export interface ChatClient {
  say(text: string, options: PostOptions): Promise<Posted>;
  /** Its id then goes with a message, within the hour. */
  upload(file: UploadedFile, options: { readonly signal: AbortSignal }): Promise<Uploaded>;
  press(button: { on: string; data: string }, options: PostOptions): Promise<Posted>;
  /**
   * One connection: what came after `after` (null = nothing old), then `live`, then what happens. Ends when the connection does.
   * Throws a `SluiceError` (`adapter_refused`) when asking again will not help, another error when it may.
   */
  events(options: WatchOptions): AsyncGenerator<ChatEvent>;
  /** After a position, or the latest, or those right before one; `last` is where to watch from. */
  history(options: {
    readonly after: number | null;
    readonly before?: number;
    readonly limit: number;
    readonly signal: AbortSignal;
  }): Promise<{ messages: readonly ShownMessage[]; last: number }>;
  /** Null: never stored there. */
  fate(externalId: string, signal: AbortSignal): Promise<string | null>;
}

export interface PostOptions {
  readonly signal: AbortSignal;
  /** The same at each try; the answer to a repeat says `duplicate`. */
  readonly id?: string;
  /** Instead of the client's user. */
  readonly user?: string;
  readonly thread?: string;
  readonly replyTo?: string;
  readonly scope?: "private" | "group";
  /** Ids of uploaded files. */
  readonly files?: readonly string[];
}

export interface UploadedFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface WatchOptions {
  readonly after: number | null;
  readonly signal: AbortSignal;
  /** Every chat of the network instead of this one. */
  readonly isEverywhere?: boolean;
}

export type Posted = Answered<{
  readonly id: string;
  readonly externalId: string;
  readonly fate: string;
  readonly duplicate: boolean;
}>;

export type Uploaded = Answered<ShownFile>;

export type Answered<Taken> =
  | ({ readonly outcome: "taken" } & Taken)
  /** No try will help. */
  | {
      readonly outcome: "refused";
      readonly code: string;
      readonly message: string;
      readonly advice: string;
    }
  /** It may have arrived: try again with the same id. */
  | { readonly outcome: "again"; readonly reason: string; readonly afterMs: number | null };

export function connectChat(options: ChatClientOptions): ChatClient {
  const root = `${options.url}/v1`;
  const chat = `${root}/chats/${encodeURIComponent(options.chat)}`;
  const headers = { Authorization: `Bearer ${options.token}` };

  const send = async <Body extends object>(
    url: string,
    { type, body }: { readonly type: string; readonly body: string | Uint8Array<ArrayBuffer> },
    { schema, signal }: { readonly schema: z.ZodType<Body>; readonly signal: AbortSignal },
  ): Promise<Answered<Body>> => {
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { ...headers, "Content-Type": type },
        body,
        signal,
      });
      if (response.ok) return { outcome: "taken", ...schema.parse(await response.json()) };
      const { code, message, advice } = await readRefusal(response);
      const mayHelp = response.status === 429 || response.status >= 500;
      if (!mayHelp) return { outcome: "refused", code, message, advice };
      const seconds = Number(response.headers.get("Retry-After") ?? Number.NaN);
      return { outcome: "again", reason: message, afterMs: seconds >= 0 ? seconds * 1_000 : null };
    } catch (thrown) {
      return { outcome: "again", reason: reasonOf(thrown), afterMs: null };
    }
  };

  const post = (url: string, body: object, signal: AbortSignal): Promise<Posted> =>
    send(
      url,
      { type: "application/json", body: JSON.stringify(body) },
      { schema: takenBody, signal },
    );

  const get = async <Schema extends z.ZodType>(
    url: string,
    schema: Schema,
    signal: AbortSignal,
  ): Promise<z.infer<Schema> | null> => {
    const response = await fetch(url, { headers, signal });
    if (response.status === 404) return null;
    if (!response.ok) throw await toError(response, options.url);
    return schema.parse(await response.json());
  };

  return {
    say: (text, { signal, ...more }) =>
      post(`${chat}/messages`, { user: options.user, ...more, text }, signal),
    upload: ({ name, type, bytes }, { signal }) =>
      send(
        `${chat}/files?name=${encodeURIComponent(name)}`,
        { type, body: bytes },
        { schema: fileBody, signal },
      ),
    press: (button, { signal, ...more }) =>
      post(`${chat}/presses`, { user: options.user, ...more, ...button }, signal),

    async *events({ after, signal, isEverywhere = false }) {
      const query = after === null ? "" : `?after=${after}`;
      const response = await fetch(`${isEverywhere ? root : chat}/events${query}`, {
        headers: { ...headers, Accept: "text/event-stream" },
        signal,
      });
      if (!response.ok || response.body === null) throw await toError(response, options.url);
      for await (const block of readEventBlocks(response.body)) {
        const event = parseChatEvent(block);
        if (event !== null) yield event;
      }
    },

    async history({ after, before, limit, signal }) {
      const query =
        `?limit=${limit}` +
        (after === null ? "" : `&after=${after}`) +
        (before === undefined ? "" : `&before=${before}`);
      return (
        (await get(`${chat}/messages${query}`, historyBody, signal)) ?? { messages: [], last: 0 }
      );
    },

    async fate(externalId, signal) {
      const url = `${root}/messages/${encodeURIComponent(externalId)}/fate`;
      return (await get(url, fateBody, signal))?.fate ?? null;
    },
  };
}

async function toError(response: Response, url: string): Promise<Error> {
  const { message, advice } = await readRefusal(response);
  const found = `Cannot join the chat at ${url}: ${message} (${response.status})`;
  return response.status >= 500
    ? new Error(found)
    : new SluiceError("adapter_refused", found, { advice });
}

/** Something else may listen there, which speaks another language. */
async function readRefusal(
  response: Response,
): Promise<{ code: string; message: string; advice: string }> {
  const body: unknown = await response.json().catch(() => null);
  const parsed = refusedBody.safeParse(body);
  if (parsed.success) return parsed.data.error;
  return {
    code: "unknown",
    message: "the answer is not one of this gateway",
    advice: "check that the gateway is what listens there",
  };
}

/** fetch says only that it failed; the cause says why. */
function reasonOf(thrown: unknown): string {
  if (thrown instanceof Error && thrown.cause instanceof Error) return thrown.cause.message;
  return textOf(thrown);
}
