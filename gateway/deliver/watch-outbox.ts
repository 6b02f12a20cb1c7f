import type { Unit } from "../../sessions/engine.ts";
import type { OutboxRow } from "../../sessions/rows.ts";
import type { Core } from "../core.ts";

/** A core whose engine tells of outbox rows once they are committed: what is stored as pending is delivered, whoever wrote it. */
export function watchOutbox(bare: Core): {
  readonly core: Core;
  onRows(listener: (rows: readonly OutboxRow[]) => void): void;
} {
  const { engine } = bare;
  let listener: (rows: readonly OutboxRow[]) => void = () => undefined;
  const told = (unit: Unit): void => {
    if (unit.outbox !== undefined && unit.outbox.length > 0) listener(unit.outbox);
  };
  return {
    core: {
      ...bare,
      engine: {
        ...engine,
        async claim(unit) {
          const committed = await engine.claim(unit);
          if (committed.outcome === "committed") told(unit);
          return committed;
        },
        async commit(unit) {
          const committed = await engine.commit(unit);
          if (committed.outcome === "committed") told(unit);
          return committed;
        },
      },
    },
    onRows(next) {
      listener = next;
    },
  };
}
