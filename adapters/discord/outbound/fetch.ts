import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { Routes } from "discord-api-types/v10";

import type { Attachment } from "../../../sessions/message.ts";
import type { FetchOptions, FetchResult } from "../../adapter.ts";
import { apiMessage } from "./answer.ts";
import { toFailure } from "./failure.ts";
import type { OutboundParts } from "./parts.ts";

/** [E14] Addresses of files end after a day, so that the message is asked for a fresh one. */
export async function fetchAttachment(
  parts: OutboundParts,
  { ref }: Pick<Attachment, "ref">,
  options: FetchOptions,
): Promise<FetchResult> {
  const [channel = "", message = "", attachment = ""] = ref.split("/");
  try {
    const { attachments, message_snapshots: forwarded } = apiMessage.parse(
      await parts.client.rest.get(Routes.channelMessage(channel, message), {
        signal: options.signal,
      }),
    );
    const all = [...attachments, ...forwarded.flatMap((one) => one.message.attachments)];
    const found = all.find(({ id }) => id === attachment);
    if (found === undefined) return GONE;
    if (found.size > options.limit) return { outcome: "too_large" };
    return await download(found.url, options);
  } catch (thrown) {
    const failure = toFailure(thrown, parts);
    switch (failure.outcome) {
      case "refused":
        return { outcome: "gone", reason: failure.reason };
      case "rate_limited":
        return { outcome: "failed", reason: "Discord wants fewer calls" };
      case "not_sent":
      case "unknown":
        return { outcome: "failed", reason: failure.reason };
    }
  }
}

const GONE: FetchResult = { outcome: "gone", reason: "Discord no longer has the file" };

/** The address is signed: it is part of no reason. */
async function download(url: string, { file, limit, signal }: FetchOptions): Promise<FetchResult> {
  let size = 0;
  try {
    const answer = await fetch(url, { signal });
    if (answer.status === 404 || answer.status === 410) return GONE;
    if (!answer.ok || answer.body === null) {
      return { outcome: "failed", reason: `the file server answered ${answer.status}` };
    }
    await pipeline(
      answer.body,
      async function* bounded(chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          size += chunk.length;
          if (size > limit) throw new TooLarge();
          yield chunk;
        }
      },
      createWriteStream(file, { flags: "wx" }),
      { signal },
    );
    return { outcome: "fetched", size };
  } catch (thrown) {
    await rm(file, { force: true });
    if (thrown instanceof TooLarge) return { outcome: "too_large" };
    const code = thrown instanceof Error && "code" in thrown ? ` (${String(thrown.code)})` : "";
    return { outcome: "failed", reason: `the file could not be downloaded${code}` };
  }
}

class TooLarge extends Error {}
