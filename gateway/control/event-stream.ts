import type { IncomingMessage } from "node:http";

/** The `data` of each server-sent event, until the stream ends, breaks or `signal` is aborted. */
export async function* eventsOf(
  response: IncomingMessage,
  signal: AbortSignal,
): AsyncIterable<string> {
  response.setEncoding("utf8");
  let rest = "";
  try {
    for await (const chunk of response) {
      rest += String(chunk);
      const blocks = rest.split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const text = dataOf(block);
        if (text !== "") yield text;
      }
    }
  } catch (cause) {
    // A gateway that is gone ends the feed: the reader knows the last `seq` and asks again after it.
    if (!signal.aborted && !isReset(cause)) throw cause;
  }
}

function dataOf(block: string): string {
  return block
    .split("\n")
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice("data:".length).trimStart())
    .join("\n");
}

function isReset(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ECONNRESET";
}
