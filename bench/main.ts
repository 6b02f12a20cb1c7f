import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { FULL, QUICK } from "./driver/ground.ts";
import type { Ground } from "./driver/ground.ts";
import { kept } from "./driver/http.ts";
import { formatReport } from "./driver/report.ts";
import { formatRow } from "./driver/row.ts";
import type { Row } from "./driver/row.ts";
import { measureAtOnce } from "./measures/at-once.ts";
import { measureNetwork } from "./measures/network.ts";
import { measureMemory } from "./measures/memory.ts";
import { measureRestart } from "./measures/restart.ts";
import { measureStart } from "./measures/start.ts";
import { flushMs, measureStore } from "./measures/store.ts";
import { measureTalk } from "./measures/talk.ts";
import { discord } from "./networks/discord.ts";
import { telegram } from "./networks/telegram.ts";

const MEASURES: Readonly<Record<string, (ground: Ground) => Promise<readonly Row[]>>> = {
  start: measureStart,
  talk: measureTalk,
  memory: measureMemory,
  restart: measureRestart,
  "at-once": measureAtOnce,
  store: measureStore,
  telegram: (ground) => measureNetwork(telegram, ground),
  discord: (ground) => measureNetwork(discord, ground),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    /** Where the page goes; with names of measures there is none unless told. */
    out: { type: "string" },
  },
});
const began = performance.now();
const load = loadavg()[0] ?? 0;
const directory = mkdtempSync(join(tmpdir(), "sluice-bench-"));
const counts = values.quick ? QUICK : FULL;
const say = (line: string): void => console.error(`· ${line}`);
const rows: Row[] = [];
try {
  for (const [name, measure] of Object.entries(MEASURES)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    const measured = await measure({ directory: join(directory, name), counts, say });
    for (const row of measured) console.error(formatRow(row));
    rows.push(...measured);
  }
  const page = positionals.length > 0 ? null : new URL("../docs/benchmarks.md", import.meta.url);
  const out = values.out ?? (page === null ? null : fileURLToPath(page));
  const about = { flushMs: flushMs(directory), load, isQuick: values.quick };
  const text = formatReport(rows, { ...about, tookMs: performance.now() - began });
  if (out !== null) writeFileSync(out, text);
} finally {
  kept.destroy();
  rmSync(directory, { recursive: true, force: true });
}
