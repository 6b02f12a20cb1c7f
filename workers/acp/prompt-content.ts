import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

import type { ContentBlock } from "@agentclientprotocol/sdk";

import type { TurnAttachment, TurnMessage } from "../worker.ts";
import type { AgentFacts } from "./agent-facts.ts";

/** Above that a file is told by its address, bytes: it would have to go through a pipe as one line. */
const MOST_INLINE = 4 * 1024 * 1024;

/** The messages of a turn as an agent reads them: words, and files by their address, or whole where it can see or hear. */
export async function toContent(
  messages: readonly TurnMessage[],
  facts: Pick<AgentFacts, "takesImages" | "takesAudio">,
): Promise<ContentBlock[]> {
  const people = new Set(messages.map(({ sender }) => sender.id));
  const blocks: ContentBlock[] = [];
  for (const message of messages) {
    const who = people.size > 1 ? `${message.sender.name}: ` : "";
    if (message.text !== "" || who !== "") blocks.push(text(who + message.text));
    for (const attachment of message.attachments) blocks.push(await toBlock(attachment, facts));
  }
  return blocks;
}

export function text(words: string): ContentBlock {
  return { type: "text", text: words };
}

async function toBlock(
  one: TurnAttachment,
  facts: Pick<AgentFacts, "takesImages" | "takesAudio">,
): Promise<ContentBlock> {
  const { path, mime, size } = one;
  const name = one.name === "" ? one.kind : one.name;
  if (path === null) return text(`[${name} did not arrive: ${one.problem ?? "nobody says why"}]`);
  const uri = pathToFileURL(path).href;
  const isSmall = size !== null && size <= MOST_INLINE;
  if (isSmall && facts.takesImages && mime.startsWith("image/")) {
    return { type: "image", data: await readFile(path, "base64"), mimeType: mime, uri };
  }
  if (isSmall && facts.takesAudio && mime.startsWith("audio/")) {
    return { type: "audio", data: await readFile(path, "base64"), mimeType: mime };
  }
  return {
    type: "resource_link",
    uri,
    name,
    ...(mime === "" ? {} : { mimeType: mime }),
    ...(size === null ? {} : { size }),
  };
}
