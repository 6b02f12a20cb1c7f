import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { bootIdShape } from "../../sessions/stored/id-shape.ts";

const holderShape = z.object({
  pid: z.int(),
  /** As the operating system tells it; a reused pid has another. */
  startTime: z.string(),
  boot: bootIdShape,
  /** Epoch ms. */
  since: z.number(),
  version: z.string(),
});

/** Who runs on a state directory: for messages to people, never to decide whether somebody does. */
export type Holder = Readonly<z.output<typeof holderShape>>;

export function holderFile(stateDir: string): string {
  return join(stateDir, "gateway.json");
}

/** Null when there is none that can be read. */
export function readHolder(stateDir: string): Holder | null {
  try {
    const parsed = holderShape.safeParse(JSON.parse(readFileSync(holderFile(stateDir), "utf8")));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

export function writeHolder(stateDir: string, holder: Holder): void {
  const file = holderFile(stateDir);
  // Readers see the old one or the new one, never half of one.
  writeFileSync(`${file}.new`, `${JSON.stringify(holder)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function removeHolder(stateDir: string): void {
  try {
    rmSync(holderFile(stateDir), { force: true });
  } catch {
    // A leftover only makes a message vaguer.
  }
}
