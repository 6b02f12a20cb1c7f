import type { Counts } from "../driver/ground.ts";
import { cpuOf, treeOf } from "../driver/process-tree.ts";
import type { Program } from "../driver/program.ts";
import { pause } from "../driver/wait.ts";
import { atRate } from "./crowd.ts";
import type { Crowd } from "./crowd.ts";

export const STEADY_PER_SECOND = 100;

/** CPU time of one message, ms: of the bot with its agents, and of its own process. */
interface Cpu {
  readonly tree: number;
  readonly own: number;
}

/** What one bot did, round by round. */
export interface Talk {
  readonly tripMs: readonly number[];
  readonly tripCpu: readonly Cpu[];
  readonly steadyMs: readonly number[];
  readonly steadyCpu: readonly Cpu[];
  /** Until the last answer. */
  readonly burstMs: readonly number[];
  readonly burstCpu: readonly Cpu[];
}

export const NO_TALK: Talk = {
  tripMs: [],
  tripCpu: [],
  steadyMs: [],
  steadyCpu: [],
  burstMs: [],
  burstCpu: [],
};

export interface Talker {
  readonly program: Program;
  readonly crowd: Crowd;
}

/** One round: messages one after the other, then at a steady rate, then all at once. */
export async function talkOnce(talker: Talker, counts: Counts, before: Talk): Promise<Talk> {
  const { crowd } = talker;
  const trips = Math.ceil(counts.trips / counts.rounds);
  const one = await withCpu(talker, trips, async () => {
    const tripMs: number[] = [];
    for (let trip = 0; trip < trips; trip += 1) tripMs.push(await crowd.ask(0));
    return tripMs;
  });
  const steady = await withCpu(talker, counts.steady, async () => {
    const asked: Promise<number>[] = [];
    await atRate({ perSecond: STEADY_PER_SECOND, count: counts.steady }, (index, dueAt) => {
      asked.push(crowd.ask(1 + (index % counts.chats), dueAt));
    });
    return Promise.all(asked);
  });
  const burst = await withCpu(talker, counts.burst, () =>
    Promise.all(
      Array.from({ length: counts.burst }, (_, index) => crowd.ask(1 + (index % counts.chats))),
    ),
  );
  return {
    tripMs: [...before.tripMs, ...one.result],
    tripCpu: [...before.tripCpu, one.cpu],
    steadyMs: [...before.steadyMs, ...steady.result],
    steadyCpu: [...before.steadyCpu, steady.cpu],
    burstMs: [...before.burstMs, Math.max(...burst.result)],
    burstCpu: [...before.burstCpu, burst.cpu],
  };
}

/** What an answer leaves to be done after it is seen: it belongs to its message, and not to the next measurement. */
const AFTER_MS = 50;

async function withCpu<Result>(
  { program }: Talker,
  messages: number,
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly cpu: Cpu }> {
  const tree = treeOf(program.pid);
  const before = { tree: cpuOf(tree), own: cpuOf([program.pid]) };
  const result = await work();
  await pause(AFTER_MS);
  const cpu = {
    tree: (cpuOf(tree) - before.tree) / messages,
    own: (cpuOf([program.pid]) - before.own) / messages,
  };
  return { result, cpu };
}
