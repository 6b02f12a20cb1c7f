import type { SendResult } from "../../adapters/adapter.ts";
import type { Clock } from "../../sessions/clock.ts";
import type { Engine } from "../../sessions/engine.ts";
import type { Desk } from "../dispatch.ts";
import type { StatusReport } from "../operations.ts";
import { createFigures } from "./figures.ts";
import type { Figures } from "./figures.ts";
import { watchLoop } from "./loop-delay.ts";
import { readingOf } from "./reading.ts";
import type { FileCounts } from "./file-counts.ts";

/** Counts what happens from the start on, and tells it with what is so now. */
export interface Metrics {
  /** The same engine; its writes are timed. */
  timed(engine: Engine): Engine;
  countTurns(desk: Desk): void;
  /** A network answered a send or an edit. */
  answered(network: string, outcome: SendResult["outcome"], how: { isLabelled: boolean }): void;
  /** It brought something that could not be read. */
  unreadable(network: string): void;
  /** Prometheus text. */
  text(now: { readonly status: StatusReport; readonly files: FileCounts }): Promise<string>;
}

export function createMetrics(clock: Pick<Clock, "monotonic">): Metrics {
  const figures = createFigures();
  const loop = watchLoop();
  return {
    timed: (engine) => timed(engine, figures, clock),
    countTurns: (desk) => countTurns(desk, figures),
    answered(network, outcome, { isLabelled }) {
      figures.sends.inc({ network, outcome });
      if (isLabelled) figures.labelled.inc({ network });
    },
    unreadable: (network) => figures.unreadable.inc({ network }),
    text({ status, files }) {
      readingOf(figures, status);
      for (const [side, count] of Object.entries(files)) figures.files.set({ side }, count);
      for (const [quantile, seconds] of loop.read()) figures.loopDelay.set({ quantile }, seconds);
      figures.memory.set(process.memoryUsage.rss());
      return figures.registry.metrics();
    },
  };
}

function countTurns(desk: Desk, figures: Figures): void {
  desk.onChange(({ before, events, at }) => {
    for (const event of events) {
      if (event.type === "turn_started" && event.noted) figures.turnsResumed.inc();
      if (event.type === "turn_cut") figures.turnsEnded.inc({ outcome: event.interruption });
      if (event.type !== "turn_finished") continue;
      figures.turnsEnded.inc({ outcome: event.outcome });
      if (before.turn === null) continue;
      figures.turnSeconds.observe(Math.max(0, at - before.turn.startedAt) / 1000);
    }
  });
}

function timed(engine: Engine, figures: Figures, clock: Pick<Clock, "monotonic">): Engine {
  async function time<Result>(write: string, work: Promise<Result>): Promise<Result> {
    const began = clock.monotonic();
    try {
      const result = await work;
      figures.storeSeconds.observe({ write }, (clock.monotonic() - began) / 1000);
      return result;
    } catch (error) {
      figures.storeFailed.inc({ write });
      throw error;
    }
  }
  return {
    ...engine,
    async accept(batch, options) {
      const accepted = await time("accept", engine.accept(batch, options));
      for (const { outcome } of accepted) figures.accepted.inc({ outcome });
      return accepted;
    },
    claim: (unit) => time("claim", engine.claim(unit)),
    commit: (unit) => time("commit", engine.commit(unit)),
  };
}
