import { z } from "zod";

/** A piece of a message, of what an agent says or thinks. */
export interface Chunk {
  /** Of the message that it is a piece of; null = the agent does not say. */
  readonly id: string | null;
  readonly content: ChunkContent;
}

export type ChunkContent =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "link"; readonly uri: string; readonly name: string; readonly mime: string }
  | { readonly type: "other"; readonly what: string };

const CONTENT = z.union([
  z.object({ type: z.literal("text"), text: z.string() }),
  z
    .object({
      type: z.literal("resource_link"),
      uri: z.string(),
      name: z.string().catch(""),
      mimeType: z.string().nullish().catch(null),
    })
    .transform(({ uri, name, mimeType }) => ({
      type: "link" as const,
      uri,
      name,
      mime: mimeType ?? "",
    })),
  z.object({ type: z.string() }).transform(({ type }) => ({ type: "other" as const, what: type })),
]);

/** Null: the update carries no content that can be read. */
export function chunkOf(update: Record<string, unknown>): Chunk | null {
  const content = CONTENT.safeParse(update["content"]).data;
  const id = update["messageId"];
  if (content === undefined) return null;
  return { id: typeof id === "string" ? id : null, content };
}

export function parseContent(found: unknown): ChunkContent | null {
  return CONTENT.safeParse(found).data ?? null;
}
