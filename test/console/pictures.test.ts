import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync, inflateSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { smallPng } from "../../docs/console/small-png.ts";

const DOCS = join(import.meta.dirname, "../../docs");
const MOST_BYTES = 120_000;

describe("the pictures of docs/console.md", () => {
  it("are all shown there, and small", () => {
    const text = readFileSync(join(DOCS, "console.md"), "utf8");
    const shown = new Set([...text.matchAll(/console\/([\w-]+\.png)/g)].map(([, name]) => name));
    const there = readdirSync(join(DOCS, "console")).filter((name) => name.endsWith(".png"));
    expect(new Set(there)).toEqual(shown);
    expect(there.length).toBeGreaterThan(10);
    for (const name of there) {
      const { length } = readFileSync(join(DOCS, "console", name));
      expect([name, length <= MOST_BYTES]).toEqual([name, true]);
    }
  });
});

describe("a picture with fewer colours", () => {
  it("keeps each colour while there is room, whatever way its rows were written", () => {
    const rows = [
      [255, 0, 0, 255, 0, 255, 0, 255],
      [0, 0, 255, 255, 10, 20, 30, 255],
      [200, 100, 50, 255, 1, 2, 3, 255],
      [9, 8, 7, 255, 250, 251, 252, 255],
      [60, 61, 62, 255, 90, 91, 92, 255],
    ];
    const colours = rows.map((row) => [row.slice(0, 3), row.slice(4, 7)]);
    expect(read(smallPng(write(rows)))).toEqual(colours);
  });

  it("gives each of many colours one that is near", () => {
    const rows = Array.from({ length: 40 }, (_, y) =>
      Array.from({ length: 40 }, (_, x) => [x * 6, y * 6, (x + y) * 3, 255]).flat(),
    );
    const small = read(smallPng(write(rows)));
    const apart = rows.flatMap((row, y) =>
      row.map((value, at) =>
        at % 4 === 3 ? 0 : Math.abs(value - (small[y]?.[at >> 2]?.[at % 4] ?? 999)),
      ),
    );
    expect(Math.max(...apart)).toBeLessThan(40);
  });
});

/** RGBA, each row written in the next of PNG's five ways. */
function write(rows: readonly (readonly number[])[]): Buffer {
  const width = (rows[0]?.length ?? 0) / 4;
  const lines = rows.map((row, y) => {
    const kind = y % 5;
    const before = rows[y - 1] ?? [];
    const line = row.map((value, at) => {
      const left = row[at - 4] ?? 0;
      const up = before[at] ?? 0;
      const corner = at < 4 ? 0 : (before[at - 4] ?? 0);
      const ways = [0, left, up, (left + up) >> 1, paeth(left, up, corner)];
      return (value - (ways[kind] ?? 0)) & 255;
    });
    return Buffer.from([kind, ...line]);
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(rows.length, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  const body = chunk("IDAT", deflateSync(Buffer.concat(lines)));
  return Buffer.concat([signature, chunk("IHDR", header), body, chunk("IEND", Buffer.alloc(0))]);
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const ways = [left, up, corner].map((way) => Math.abs(guess - way));
  const least = Math.min(...ways);
  return [left, up, corner][ways.indexOf(least)] ?? 0;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** The colours of a PNG with a palette, by rows. */
function read(png: Buffer): number[][][] {
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12) {
    chunks.set(
      png.toString("latin1", at + 4, at + 8),
      png.subarray(at + 8, at + 8 + png.readUInt32BE(at)),
    );
  }
  const width = png.readUInt32BE(16);
  const palette = chunks.get("PLTE") ?? Buffer.alloc(0);
  const bytes = inflateSync(chunks.get("IDAT") ?? Buffer.alloc(0));
  return Array.from({ length: png.readUInt32BE(20) }, (_, y) =>
    [...bytes.subarray(y * (width + 1) + 1, (y + 1) * (width + 1))].map((index) => [
      ...palette.subarray(index * 3, index * 3 + 3),
    ]),
  );
}
