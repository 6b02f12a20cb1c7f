import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gunzipSync } from "node:zlib";

import { afterEach, expect, it, vi } from "vitest";

import type { Step } from "../../gateway/probe.ts";
import { createCrashWorld, until } from "./crash-world.ts";
import type { CrashWorld } from "./crash-world.ts";

// Several processes start in each test, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const HOUR = 60 * 60_000;
const CHATS = ["a", "b", "c"];

let world: CrashWorld;
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") console.log(world.story());
  await world.close();
});

/** Entries by their ids. */
function stored(): ReadonlySet<string> {
  const database = new DatabaseSync(join(world.stateDir, "sluice.sqlite"), { readOnly: true });
  try {
    const rows = database.prepare("SELECT session, id FROM transcript").all();
    return new Set(rows.map((row) => `${String(row["session"])} ${String(row["id"])}`));
  } finally {
    database.close();
  }
}

/** Only what is whole counts; each file must be readable. */
function archived(): readonly string[] {
  const root = join(world.stateDir, "archive");
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".jsonl.gz"))
    .flatMap((name) =>
      gunzipSync(readFileSync(join(root, name)))
        .toString()
        .trimEnd()
        .split("\n"),
    )
    .map((line) => JSON.parse(line) as { session: string; id: string })
    .map(({ session, id }) => `${session} ${id}`);
}

it("SIGKILL at any step of the archive loses no entry and archives none twice", async () => {
  world = await createCrashWorld({ transcriptsMs: HOUR });
  const first = await world.boot();
  await first.ready;
  for (const chat of CHATS) world.chat.say(chat, `echo from ${chat}`);
  await world.settle();
  first.signal("SIGTERM");
  await first.ended;
  const all = [...stored()].toSorted();
  expect(all.length).toBe(2 * CHATS.length);

  const deaths: readonly (readonly [Step, number])[] = [
    ["conversation_written", 1],
    ["conversation_archived", 1],
    ["conversation_written", 2],
  ];
  for (const [step, nth] of deaths) {
    const life = await world.boot({ kill: { step, nth }, clockOffsetMs: 2 * HOUR });
    expect((await life.ended).signal, step).toBe("SIGKILL");
    expect([...new Set([...stored(), ...archived()])].toSorted()).toEqual(all);
  }
  expect(stored().size).toBeGreaterThan(0);

  const last = await world.boot({ clockOffsetMs: 2 * HOUR });
  await until(
    () => stored().size === 0 && archived().length === all.length,
    () => `in the store ${stored().size}, in the archive ${archived().length}`,
  );
  expect(archived().toSorted()).toEqual(all);
  expect((await world.judge(last)).violations).toEqual([]);
});
