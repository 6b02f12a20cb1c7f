import { describe, expect, it } from "vitest";
import { readEventBlocks } from "../../../cli/chat/event-blocks.ts";
import type { EventBlock } from "../../../cli/chat/event-blocks.ts";

async function read(chunks: readonly (string | Uint8Array)[]): Promise<EventBlock[]> {
  const stream = (async function* () {
    for (const chunk of chunks) yield Buffer.from(chunk as string);
  })();
  const blocks: EventBlock[] = [];
  for await (const block of readEventBlocks(stream)) blocks.push(block);
  return blocks;
}

describe("a stream of events", () => {
  it("gives a block for each blank line that ends one", async () => {
    const text = ": hi\n\nevent: edit\nid: 7\ndata: {}\n\nid: 8\n\ndata: a\ndata:  b\n\n";
    expect(await read([text])).toEqual([
      { event: "edit", id: "7", text: "{}" },
      { event: "message", id: "8", text: null },
      { event: "message", id: null, text: "a\n b" },
    ]);
  });

  it("reads the same however it is cut, inside characters too", async () => {
    const whole = Buffer.from("event: e\r\nid: 1\r\ndata: é👩‍🚀\r\n\r\ndata: z\r\rdata: y\n\n");
    const wanted = await read([whole]);
    expect(wanted.map((one) => one.text)).toEqual(["é👩‍🚀", "z", "y"]);
    for (let size = 1; size < 6; size += 1) {
      const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, index) =>
        whole.subarray(index * size, (index + 1) * size),
      );
      expect(await read(chunks)).toEqual(wanted);
    }
  });

  it("leaves out a block that the end cut off", async () => {
    expect(await read(["data: a\n\ndata: b\n"])).toEqual([
      { event: "message", id: null, text: "a" },
    ]);
  });
});
