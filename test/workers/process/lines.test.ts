import { describe, expect, it } from "vitest";

import { createChannel } from "../../../workers/process/channel.ts";
import { createLineReader } from "../../../workers/process/line-reader.ts";
import { formatMarker, parseMarker, toInstance } from "../../../workers/process/marker.ts";
import { createStderrTail } from "../../../workers/process/stderr-tail.ts";
import { createIds } from "../../../sessions/ids.ts";
import { realClock } from "../ledger.ts";

function read(chunks: readonly string[], limit = 10): string[] {
  const seen: string[] = [];
  const reader = createLineReader({
    limit,
    onLine: (line) => seen.push(line),
    onTooLong: () => seen.push("(too long)"),
  });
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return seen;
}

describe("the line reader", () => {
  it("joins lines that come in pieces and cuts pieces that hold several", () => {
    expect(read(["a", "b\nc", "\n", "d\ne\nf"])).toEqual(["ab", "c", "d", "e", "f"]);
  });

  it("skips empty lines and takes the carriage return off", () => {
    expect(read(["\n\na\r\n\n"])).toEqual(["a"]);
  });

  it("keeps empty lines where they are wanted, and makes none up at the end", () => {
    const seen: string[] = [];
    const onLine = (line: string): number => seen.push(line);
    const reader = createLineReader({ limit: 9, keepsEmpty: true, onLine, onTooLong: () => {} });
    reader.push("a\n\r\n\nb\n");
    reader.end();
    expect(seen).toEqual(["a", "", "", "b"]);
  });

  it("[W13] drops a line above the limit, tells once, and reads on", () => {
    expect(read(["0123456789", "0", "123\nok\n"])).toEqual(["(too long)", "ok"]);
    expect(read(["0123456789\n"])).toEqual(["0123456789"]);
    expect(read(["01234567890123\nok"])).toEqual(["(too long)", "ok"]);
  });
});

describe("the tail of stderr", () => {
  it("keeps the last twenty lines", () => {
    const tail = createStderrTail({});
    for (let line = 1; line <= 25; line += 1) tail.reader.push(`${line}\n`);
    expect(tail.lines().length).toBe(20);
    expect(tail.lines().at(0)).toBe("6");
  });

  it("[X05] masks values that look like secrets, and no others", () => {
    const tail = createStderrTail({
      OPENAI_API_KEY: "sk-12345678",
      HOME: "/home/someone",
      KEY: "a",
    });
    tail.reader.push("bad key sk-12345678 in /home/someone\n");
    expect(tail.lines()).toEqual(["bad key *** in /home/someone"]);
  });
});

describe("the channel", () => {
  it("hands over what was pushed before and after the reader came, in order", async () => {
    const channel = createChannel<number>();
    channel.push(1);
    channel.push(2);
    const seen: number[] = [];
    const reading = (async () => {
      for await (const item of channel) seen.push(item);
    })();
    await Promise.resolve();
    channel.push(3);
    setImmediate(() => {
      channel.push(4);
      channel.end();
      channel.push(5);
    });
    await reading;
    expect(seen).toEqual([1, 2, 3, 4]);
  });
});

describe("the marker", () => {
  it("comes back as it was formatted", () => {
    const boot = createIds(realClock, { int: (below) => below - 1 }).boot();
    const instance = toInstance("/var/lib/sluice");
    const marker = formatMarker({ instance, boot });
    expect(parseMarker(marker)).toEqual({ instance, boot, process: null });
    expect(parseMarker(`${marker}.demo-12`)).toEqual({ instance, boot, process: "demo-12" });
  });

  it.each(["", "x", "a.b", "a.boot_1.b.c", "a..boot_1", "boot_1", "a.boot_1."])(
    "%j is not one",
    (text) => {
      expect(parseMarker(text)).toBeNull();
    },
  );

  it("tells state directories apart", () => {
    expect(toInstance("/a")).not.toBe(toInstance("/b"));
    expect(toInstance("/a")).toBe(toInstance("/a"));
  });
});
