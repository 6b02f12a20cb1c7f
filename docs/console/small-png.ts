import { crc32, deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const COLOURS = 256;

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Three bytes each, row by row. */
  readonly rgb: Uint8Array;
}

/** The same picture with at most 256 colours: a page has few, and its file is a third of the size. */
export function smallPng(png: Buffer): Buffer {
  const pixels = decode(png);
  const { palette, indexOf } = choosePalette(pixels);
  const { width, height, rgb } = pixels;
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 3;
      rows[y * (width + 1) + 1 + x] = indexOf(colourAt(rgb, at));
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits each, of a palette.
  header.set([8, 3, 0, 0, 0], 8);
  const table = Buffer.from(
    palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]),
  );
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("PLTE", table),
    chunk("IDAT", deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), body.length + 4);
  return frame;
}

function colourAt(rgb: Uint8Array, at: number): number {
  return ((rgb[at] ?? 0) << 16) | ((rgb[at + 1] ?? 0) << 8) | (rgb[at + 2] ?? 0);
}

/** The most frequent colours, those too near a chosen one left out until no others are left. */
function choosePalette({ rgb }: Pixels): {
  palette: readonly number[];
  indexOf(colour: number): number;
} {
  const counts = new Map<number, number>();
  for (let at = 0; at < rgb.length; at += 3) {
    const colour = colourAt(rgb, at);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const frequent = [...counts]
    .toSorted(([, one], [, other]) => other - one)
    .map(([colour]) => colour);
  const palette: number[] = [];
  for (const apart of [600, 150, 40, 10, 0]) {
    for (const colour of frequent) {
      if (palette.length === COLOURS) break;
      if (!palette.some((chosen) => distance(chosen, colour) <= apart)) palette.push(colour);
    }
  }
  const nearest = new Map(palette.map((colour, index) => [colour, index]));
  return {
    palette,
    indexOf(colour) {
      const known = nearest.get(colour);
      if (known !== undefined) return known;
      let best = 0;
      let least = Infinity;
      for (const [index, chosen] of palette.entries()) {
        const apart = distance(chosen, colour);
        if (apart < least) [best, least] = [index, apart];
      }
      nearest.set(colour, best);
      return best;
    },
  };
}

function distance(one: number, other: number): number {
  const red = (one >> 16) - (other >> 16);
  const green = ((one >> 8) & 255) - ((other >> 8) & 255);
  const blue = (one & 255) - (other & 255);
  return 2 * red * red + 4 * green * green + 3 * blue * blue;
}

/** Of eight bits a channel, with or without transparency, not interlaced: as browsers write them. */
function decode(png: Buffer): Pixels {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const size = png[25] === 6 ? 4 : 3;
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    if (png.toString("latin1", at + 4, at + 8) === "IDAT")
      parts.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const packed = inflateSync(Buffer.concat(parts));
  const stride = width * size;
  let before = new Uint8Array(stride);
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    const begin = y * (stride + 1);
    const row = unfilter(packed[begin] ?? 0, packed.subarray(begin + 1, begin + 1 + stride), {
      before,
      size,
    });
    for (let x = 0; x < width; x += 1) {
      rgb.set(row.subarray(x * size, x * size + 3), (y * width + x) * 3);
    }
    before = row;
  }
  return { width, height, rgb };
}

function unfilter(
  kind: number,
  line: Uint8Array,
  { before, size }: { readonly before: Uint8Array; readonly size: number },
): Uint8Array<ArrayBuffer> {
  const row = new Uint8Array(line.length);
  for (let index = 0; index < line.length; index += 1) {
    const left = row[index - size] ?? 0;
    const up = before[index] ?? 0;
    const corner = index >= size ? (before[index - size] ?? 0) : 0;
    row[index] = (line[index] ?? 0) + predicted(kind, { left, up, corner });
  }
  return row;
}

function predicted(
  kind: number,
  { left, up, corner }: { readonly left: number; readonly up: number; readonly corner: number },
): number {
  switch (kind) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4: {
      const guess = left + up - corner;
      const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
      return a <= b && a <= c ? left : b <= c ? up : corner;
    }
    default:
      return 0;
  }
}
