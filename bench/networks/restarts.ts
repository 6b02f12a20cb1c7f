import { pause, until } from "../driver/wait.ts";
import { atRate } from "./crowd.ts";
import type { Crowd } from "./crowd.ts";
import type { Seat } from "./seat.ts";

/** A start, and a restart while people write. */
export interface Restart {
  /** From the start of the process to its listening. */
  readonly startMs: number;
  /** The longest time between two answers. */
  readonly gapMs: number;
  /** Of the messages that were said meanwhile: those without an answer, and those with more than one. */
  readonly lost: number;
  readonly repeated: number;
}

/** Few enough that nearly always nothing runs. */
export const RESTART_PER_SECOND = 50;
const CHATS = 20;
const AROUND_MS = 300;
/** When nothing came for so long, nothing comes any more. */
const SILENCE_MS = 1000;
const MOST_MS = 20_000;

/** SIGTERM and start again, as a service manager does it, with nothing running but what is said meanwhile. */
export async function restartOnce({ crowd, start }: Seat): Promise<Restart> {
  const first = await start();
  await crowd.ask(0);
  const said: string[] = [];
  const over = new AbortController();
  const pace = { perSecond: RESTART_PER_SECOND, signal: over.signal };
  const talking = atRate(pace, (index) => void said.push(crowd.tell(1 + (index % CHATS))));
  await pause(AROUND_MS);
  const before = crowd.answeredAt.length;
  await first.stop();
  const next = await start();
  const since = crowd.answeredAt.length;
  await until("answers again", () => (crowd.answeredAt.length > since ? true : null), {
    everyMs: 2,
    mostMs: MOST_MS,
  });
  await pause(AROUND_MS);
  const gapMs = longestGap(crowd.answeredAt.slice(before - 1));
  over.abort();
  await talking;
  await settle(said, crowd);
  await next.stop();
  const times = said.map((word) => crowd.answers.get(word) ?? 0);
  return {
    startMs: first.readyMs,
    gapMs,
    lost: times.filter((count) => count === 0).length,
    repeated: times.filter((count) => count > 1).length,
  };
}

function longestGap(times: readonly number[]): number {
  return Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? at)));
}

/** Until all are answered, or nothing comes any more. */
async function settle(said: readonly string[], { answers, answeredAt }: Crowd): Promise<void> {
  const look = (): true | null => {
    const isAnswered = said.every((word) => (answers.get(word) ?? 0) > 0);
    const silence = performance.now() - (answeredAt.at(-1) ?? 0);
    return isAnswered || silence > SILENCE_MS ? true : null;
  };
  await until("the last answers", look, { everyMs: 20, mostMs: MOST_MS });
}
