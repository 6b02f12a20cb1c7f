import { z } from "zod";

import { age, count, DAY, HOUR, MINUTE, SECOND, span } from "./amounts.ts";

const MANY = 1_000_000;

export const turns = z.strictObject({
  atOnce: count(
    64,
    "Turns that are computed side by side; one that waits for a person does not count.",
    { least: 1, most: 100_000 },
  ),
  queueLimit: count(100, "Messages that may wait in one session; then the sender is told no.", {
    least: 1,
    most: 10_000,
  }),
  startTimeoutMs: span(20 * SECOND, "Time a worker has to accept a turn.", 100),
  startAttempts: count(2, "Times a turn is offered to a worker before it fails.", {
    least: 1,
    most: 10,
  }),
  stopTimeoutMs: span(
    5 * SECOND,
    "Time a worker has to end a turn that was stopped; then it is killed.",
    100,
  ),
  softStallMs: span(2 * MINUTE, "Silence after which people are told, with a stop button.", 100),
  hardStallMs: span(10 * MINUTE, "Silence after which a turn is interrupted.", 100),
  capMs: span(2 * HOUR, "Longest time of a turn, whatever it does.", 100),
  workerLost: z
    .enum(["resume", "fail"])
    .default("resume")
    .describe("A worker that dies in the middle of a turn: mark it for resumption, or fail it."),
  transcriptLast: count(200, "Transcript entries that a worker is given with a turn.", {
    least: 0,
    most: MANY,
  }),
  fetchTimeoutMs: span(MINUTE, "Time in which the bytes of one attachment must arrive.", 100),
  checkpointMs: span(SECOND, "At most this much of a streamed answer is lost when killed.", 50),
});

export const drain = z.strictObject({
  timeoutMs: span(
    MINUTE,
    "Time that running turns have to end before they are cut; 0 cuts at once.",
  ),
  // Never zero: a finished reply that was not sent is the one thing people notice.
  deliveryMs: span(5 * SECOND, "Time that finished replies then have to be sent.", 500),
  supervisorStopMs: span(
    0,
    "After how long the supervisor kills the gateway; null = ask systemd, or nobody does.",
    1,
  )
    .nullable()
    .default(null),
});

export const resume = z.strictObject({
  autoFreshMs: span(
    HOUR,
    "A cut older than this is not resumed by itself; 0 = none is fresh, nothing resumes by itself.",
  ),
  autoAtOnce: count(2, "Sessions that resume by themselves side by side.", { least: 1, most: 64 }),
  autoTries: count(2, "Times that one cut is resumed by itself, over all boots.", {
    least: 1,
    most: 10,
  }),
  cutsToSuspend: count(3, "Cuts in a row after which a session is suspended.", {
    least: 1,
    most: 100,
  }),
});

export const requests = z.strictObject({
  ttlMs: span(DAY, "Time in which a question to a person can be answered.", SECOND),
  holdMs: span(
    10 * MINUTE,
    "Time for which an agent that waits for an answer keeps its process while others wait for one; the answer then starts it again.",
    SECOND,
  ),
});

export const delivery = z.strictObject({
  attempts: count(5, "Tries before a reply is given up and listed.", { least: 1, most: 100 }),
  maxAgeMs: age(DAY, "Age at which a reply is given up and listed.", MINUTE),
  staleMs: age(HOUR, "Replies older than this after a boot become one digest line.", SECOND),
  backoffMs: span(SECOND, "Pause after the first failed try; it doubles with each.", 1),
  streamMs: span(250, "Least time between two edits of a streamed answer.", 0),
  fileAbove: count(
    12_000,
    "Characters above which an answer is sent as its beginning and a file; 0 = never.",
    { least: 0, most: MANY },
  ),
});

export const retention = z.strictObject({
  dedupeMs: age(72 * HOUR, "How long a message is remembered so as not to run twice.", 48 * HOUR),
  outboxMs: age(7 * DAY, "How long replies that were sent are kept.", HOUR),
  eventsMs: age(7 * DAY, "How long the events of sessions are kept.", HOUR),
  turnsMs: age(90 * DAY, "How long ended turns are kept.", HOUR),
  filesMs: age(7 * DAY, "How long files that came or were sent are kept.", HOUR),
  transcriptsMs: age(
    0,
    "How long a conversation that nobody goes on with stays, before it is archived; null = for ever.",
    HOUR,
  )
    .nullable()
    .default(null),
  archiveMs: age(
    0,
    "How old, counted from the same time, an archived conversation becomes; null = it is kept for ever, 0 = none is archived.",
  )
    .nullable()
    .default(null),
});

export const crashLoop = z.strictObject({
  boots: count(3, "Boots that ended uncleanly, after which the channels are held.", {
    least: 2,
    most: 100,
  }),
  withinMs: span(5 * MINUTE, "The time within which they count.", SECOND),
});
