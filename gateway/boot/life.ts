import { textOf } from "../../sessions/errors.ts";
import type { BootRow } from "../../sessions/rows.ts";
import type { Core } from "../core.ts";

/** Writes down that this boot lives, and of a dead one before it when it was last seen. Returns what to call once messages flow. */
export async function beginBoot(
  core: Pick<Core, "engine" | "clock" | "log" | "boot">,
  { pid, last }: { readonly pid: number; readonly last: BootRow | undefined },
): Promise<() => void> {
  const { engine, clock, boot: id } = core;
  if (last !== undefined && last.ended === null && last.seenAt === null) {
    await engine.commit({ boot: { ...last, seenAt: (await engine.lastSign()) ?? last.startedAt } });
  }
  const born: BootRow = {
    id,
    startedAt: clock.now(),
    pid,
    ended: null,
    readyAt: null,
    endedAt: null,
    seenAt: null,
  };
  await engine.commit({ boot: born });
  return () => {
    engine.commit({ boot: { ...born, readyAt: clock.now() } }).catch((error: unknown) => {
      core.log.warn({ error: textOf(error) }, "the time of readiness is not stored");
    });
  };
}

/** How this life ended, for the count of lives that ended in no way. */
export async function endBoot(
  { engine, clock, boot }: Pick<Core, "engine" | "clock" | "boot">,
  ended: NonNullable<BootRow["ended"]>,
): Promise<void> {
  const [own] = await engine.boots(1);
  if (own?.id === boot) await engine.commit({ boot: { ...own, ended, endedAt: clock.now() } });
}
