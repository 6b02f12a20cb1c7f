import { median, quantile } from "../driver/figures.ts";
import type { Counts } from "../driver/ground.ts";
import type { Figure, Row } from "../driver/row.ts";
import type { Memory } from "./memory.ts";
import type { Pair } from "./pair.ts";
import { RESTART_PER_SECOND } from "./restarts.ts";
import type { Restart } from "./restarts.ts";
import { STEADY_PER_SECOND } from "./talk.ts";
import type { Talk } from "./talk.ts";

/** All that was found of one bot. */
export interface Found {
  readonly restarts: readonly Restart[];
  readonly memory: Memory;
  readonly talk: Talk;
  /** Resident memory after all rounds, MiB. */
  readonly talkedMiB: number;
}

type Line = readonly [
  what: string,
  unit: string,
  of: (found: Found) => number,
  figure: Figure | null,
];

const HALF_AGAIN: Figure = { of: "ratio", most: 1.5 };
const DOUBLE: Figure = { of: "ratio", most: 2 };

export function networkRows(name: string, found: Pair<Found>, counts: Counts): readonly Row[] {
  const lines = [...lifeLines(), ...talkLines(counts), ...memoryLines(counts)];
  return lines.map(([what, unit, of, figure]) => ({
    what: `${name}: ${what}`,
    unit,
    gateway: of(found.gateway),
    bare: of(found.bare),
    figure,
  }));
}

function lifeLines(): readonly Line[] {
  const over = (of: (one: Restart) => number) => (found: Found) => median(found.restarts.map(of));
  const sum = (of: (one: Restart) => number) => (found: Found) =>
    found.restarts.map(of).reduce((all, one) => all + one, 0);
  const said = "messages said during the restarts that";
  return [
    [
      "start until the network sees it listen",
      "s",
      over((one) => one.startMs / 1000),
      { of: "value", most: 0.5 },
    ],
    [
      `no answers during SIGTERM and start again, ${RESTART_PER_SECOND} messages/s`,
      "s",
      over((one) => one.gapMs / 1000),
      { of: "value", most: 1 },
    ],
    [`${said} got no answer`, "", sum((one) => one.lost), { of: "value", most: 0 }],
    [`${said} got two`, "", sum((one) => one.repeated), { of: "value", most: 0 }],
  ];
}

function talkLines(counts: Counts): readonly Line[] {
  const steady = `${STEADY_PER_SECOND} messages/s over ${counts.chats} chats`;
  const burst = `burst of ${counts.burst.toLocaleString("en-US")} messages over ${counts.chats} chats`;
  const cpu = "CPU per message";
  return [
    ["round trip of one message, p50", "ms", ({ talk }) => median(talk.tripMs), HALF_AGAIN],
    ["round trip of one message, p99", "ms", ({ talk }) => quantile(talk.tripMs, 0.99), null],
    [`${cpu}, one after the other, with agents`, "ms", ({ talk }) => tree(talk.tripCpu), DOUBLE],
    [`${cpu}, one after the other, own process`, "ms", ({ talk }) => own(talk.tripCpu), null],
    [`${steady}, p50`, "ms", ({ talk }) => median(talk.steadyMs), null],
    [`${steady}, p99`, "ms", ({ talk }) => quantile(talk.steadyMs, 0.99), null],
    [`${steady}, ${cpu}, with agents`, "ms", ({ talk }) => tree(talk.steadyCpu), DOUBLE],
    [`${steady}, ${cpu}, own process`, "ms", ({ talk }) => own(talk.steadyCpu), null],
    [`${burst}, time to the last answer`, "ms", ({ talk }) => median(talk.burstMs), null],
    [
      `${burst}, rate`,
      "/s",
      ({ talk }) => counts.burst / (median(talk.burstMs) / 1000),
      { of: "ratio", least: 0.6 },
    ],
    [`${burst}, ${cpu}, with agents`, "ms", ({ talk }) => tree(talk.burstCpu), DOUBLE],
    [`${burst}, ${cpu}, own process`, "ms", ({ talk }) => own(talk.burstCpu), null],
  ];
}

function memoryLines(counts: Counts): readonly Line[] {
  const sessions = `${counts.sessions.toLocaleString("en-US")} sessions`;
  return [
    ["memory, idle", "MiB", ({ memory }) => memory.idle, HALF_AGAIN],
    [
      `memory that ${sessions} added, one message each`,
      "MiB",
      ({ memory }) => memory.sessions - memory.idle,
      { of: "value", most: 30 },
    ],
    ["memory after all this", "MiB", ({ talkedMiB }) => talkedMiB, null],
  ];
}

function tree(list: Talk["tripCpu"]): number {
  return median(list.map((one) => one.tree));
}

function own(list: Talk["tripCpu"]): number {
  return median(list.map((one) => one.own));
}
