import { fdatasyncSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";

import { median } from "../driver/figures.ts";
import type { Ground } from "../driver/ground.ts";
import type { Row } from "../driver/row.ts";
import { finishedTurn, newItem, withStore } from "../driver/seed-store.ts";

/** Ends of turns, each one durable unit: message, turn, session, transcript, reply and events. */
export async function measureStore({ directory, counts, say }: Ground): Promise<readonly Row[]> {
  const place = join(directory, "store");
  mkdirSync(place, { recursive: true });
  const rates = await withStore(place, async (engine) => {
    const items = Array.from({ length: counts.commits * 3 }, (_, index) =>
      newItem(`s${index}`, "What is the weather like today?"),
    );
    await engine.accept(items, { queueLimit: 1000, keyed: [] });
    const [warm, alone, together] = [0, 1, 2].map((part) =>
      items
        .slice(part * counts.commits, (part + 1) * counts.commits)
        .map((item) => finishedTurn(engine, item)),
    );
    for (const unit of warm ?? []) await engine.commit(unit);
    const began = performance.now();
    for (const unit of alone ?? []) await engine.commit(unit);
    const middle = performance.now();
    await Promise.all((together ?? []).map((unit) => engine.commit(unit)));
    const end = performance.now();
    const rate = (ms: number): number => counts.commits / (ms / 1000);
    return { alone: rate(middle - began), together: rate(end - middle) };
  });
  say("store");
  const row = (what: string, gateway: number): Row => ({
    what,
    unit: "/s",
    gateway,
    bare: null,
    figure: null,
  });
  return [
    row("store: ends of turns, each in a commit of its own", rates.alone),
    row("store: ends of turns, many at a time", rates.together),
  ];
}

/** Time that this disk takes to make 4 KiB durable, ms. */
export function flushMs(directory: string): number {
  const file = openSync(join(directory, "flush.tmp"), "w");
  const page = Buffer.alloc(4096, 1);
  return median(
    Array.from({ length: 200 }, (_, index) => {
      writeSync(file, page, 0, page.length, (index % 16) * page.length);
      const began = performance.now();
      fdatasyncSync(file);
      return performance.now() - began;
    }),
  );
}
