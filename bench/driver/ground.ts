/** Where measurements are made, and how large they are. */
export interface Ground {
  /** A directory of its own, empty at the beginning. */
  readonly directory: string;
  readonly counts: Counts;
  /** Progress, for who waits. */
  readonly say: (line: string) => void;
}

export interface Counts {
  /** Each thing is measured so often, the gateway and the bare bot by turns. */
  readonly rounds: number;
  /** Starts before the first that counts: it compiles, and what compiles takes longer and stays in memory. */
  readonly warmUps: number;
  readonly sessionsFew: number;
  readonly sessionsMany: number;
  /** Of the many, those with a message that waits. */
  readonly queued: number;
  /** Round trips one after the other, over all rounds. */
  readonly trips: number;
  /** Messages of one round at a steady rate. */
  readonly steady: number;
  /** Messages of one round with many under way. */
  readonly pipelined: number;
  readonly burst: number;
  readonly chats: number;
  /** Sessions for the measure of memory. */
  readonly sessions: number;
  readonly atOnce: number;
  readonly commits: number;
  /** What memory is given to settle, ms. */
  readonly settleMs: number;
}

export const FULL: Counts = {
  rounds: 5,
  warmUps: 1,
  sessionsFew: 100,
  sessionsMany: 100_000,
  queued: 200,
  trips: 2000,
  steady: 250,
  pipelined: 2000,
  burst: 1000,
  chats: 20,
  sessions: 1000,
  atOnce: 10_000,
  commits: 2000,
  settleMs: 2000,
};

/** To see that it works; its figures say nothing. */
export const QUICK: Counts = {
  rounds: 1,
  warmUps: 0,
  sessionsFew: 5,
  sessionsMany: 50,
  queued: 5,
  trips: 10,
  steady: 20,
  pipelined: 20,
  burst: 20,
  chats: 4,
  sessions: 10,
  atOnce: 20,
  commits: 64,
  settleMs: 50,
};
