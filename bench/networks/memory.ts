import type { Counts } from "../driver/ground.ts";
import { memoryOf } from "../driver/process-tree.ts";
import { pause } from "../driver/wait.ts";
import type { Talker } from "./talk.ts";

/** Resident memory of the bot's own process, MiB. */
export interface Memory {
  readonly idle: number;
  readonly sessions: number;
}

const AT_ONCE = 8;
/** Their numbers; who talks in other measures is not among them. */
const FIRST_PERSON = 1000;

/** Of a bot that has just started, and after one message of each of many people. */
export async function watchMemory({ program, crowd }: Talker, counts: Counts): Promise<Memory> {
  await pause(counts.settleMs);
  const idle = memoryOf(program.pid);
  const people = Array.from({ length: counts.sessions }, (_, index) => FIRST_PERSON + index);
  const left = people.values();
  const lane = async (): Promise<void> => {
    for (const person of left) await crowd.ask(person);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  await pause(counts.settleMs);
  return { idle, sessions: memoryOf(program.pid) };
}
