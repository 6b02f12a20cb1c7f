import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import type { TurnId } from "../../sessions/ids.ts";
import type { OutboundFile } from "../../sessions/message.ts";
import type { Core } from "../core.ts";
import { outgoingPlace } from "./places.ts";
import { safeName } from "./safe-name.ts";

const RECORD = /^(\d{1,9})-(\d{1,9})\.json$/;
const recordShape = z.looseObject({ name: z.string(), mime: z.string(), size: z.number() });

/**
 * What the workers of a turn had ready for its person, in order, as the disk tells: the record of a turn whose
 * process died. Only what was wholly copied counts.
 */
export async function keptFiles(core: Core, turn: TurnId): Promise<readonly OutboundFile[]> {
  const place = outgoingPlace(core, turn);
  // At once for the many turns that have none.
  if (!existsSync(place)) return [];
  const names = await readdir(place).catch(() => []);
  const records = names.flatMap((name) => {
    const [, generation, index] = RECORD.exec(name) ?? [];
    if (generation === undefined) return [];
    return [{ name, order: Number(generation) * 1e9 + Number(index) }];
  });
  const sorted = records.toSorted((one, other) => one.order - other.order);
  const files: OutboundFile[] = [];
  for (const { name } of sorted) {
    const file = await readRecord(place, name);
    if (file !== null) files.push(file);
  }
  return files;
}

async function readRecord(place: string, name: string): Promise<OutboundFile | null> {
  try {
    const found = recordShape.parse(JSON.parse(await readFile(join(place, name), "utf8")));
    const own = safeName(found.name);
    const path = join(place, name.replace(/\.json$/, ""), own);
    const { size } = await stat(path);
    return size === found.size ? { path, name: own, mime: found.mime, size } : null;
  } catch {
    return null;
  }
}
