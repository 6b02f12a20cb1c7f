/** One block of a stream of server-sent events. `text` is null when the block only moves the id. */
export interface EventBlock {
  readonly event: string;
  readonly id: string | null;
  readonly text: string | null;
}

/** Reads blocks as they come: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream */
export async function* readEventBlocks(
  stream: AsyncIterable<Uint8Array>,
): AsyncGenerator<EventBlock> {
  const decoder = new TextDecoder();
  let rest = "";
  let lines: string[] = [];
  for await (const chunk of stream) {
    rest += decoder.decode(chunk, { stream: true });
    // A lone CR at the end may be half of a CRLF: it waits for the next chunk.
    const held = rest.endsWith("\r") ? "\r" : "";
    const parts = rest.slice(0, rest.length - held.length).split(/\r\n|\n|\r/);
    rest = (parts.pop() ?? "") + held;
    for (const line of parts) {
      if (line !== "") {
        lines.push(line);
        continue;
      }
      const block = toBlock(lines);
      lines = [];
      if (block !== null) yield block;
    }
  }
}

/** Null for a block of nothing but comments. */
function toBlock(lines: readonly string[]): EventBlock | null {
  let event = "message";
  let id: string | null = null;
  const texts: string[] = [];
  for (const line of lines) {
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") event = value;
    if (field === "id" && !value.includes("\0")) id = value;
    if (field === "data") texts.push(value);
  }
  if (texts.length === 0 && id === null) return null;
  return { event, id, text: texts.length === 0 ? null : texts.join("\n") };
}
