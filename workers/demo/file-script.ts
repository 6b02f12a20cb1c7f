import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Ending, Run } from "./run.ts";
import { DONE } from "./run.ts";

/** Sends a small text file back. */
export async function fileAt(run: Run, rest: string): Promise<Ending> {
  const text = rest.trim() === "" ? "A file of the demo agent." : rest.trim();
  count += 1;
  const path = join(directory(), `demo-${count}.txt`);
  await writeFile(path, `${text}\n`);
  run.emit({ type: "file", path, name: "demo.txt", mime: "text/plain" });
  await run.say("Here is a file.");
  return DONE;
}

let place: string | null = null;
let count = 0;

/** Of this process, and gone with it. */
function directory(): string {
  if (place !== null) return place;
  const made = mkdtempSync(join(tmpdir(), "sluice-demo-"));
  process.once("exit", () => rmSync(made, { recursive: true, force: true }));
  place = made;
  return made;
}
