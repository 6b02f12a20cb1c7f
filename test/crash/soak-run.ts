import { setTimeout as pause } from "node:timers/promises";

import { textOf } from "../../sessions/errors.ts";
import type { Step } from "../../gateway/probe.ts";
import type { ChatServer, Fault } from "../fakes/chat-server.ts";
import { createCrashWorld, until } from "./crash-world.ts";
import type { CrashWorld } from "./crash-world.ts";
import { createDice } from "./dice.ts";
import type { Dice } from "./dice.ts";
import { readJournal } from "./journal.ts";
import { verdictOf } from "./oracle.ts";
import type { Counts, Violation } from "./oracle.ts";
import { promisesOf } from "./promises.ts";

export interface SoakOptions {
  readonly seed: number;
  readonly kills: number;
  readonly isIdempotent: boolean;
  /** After each part that was judged. */
  readonly onProgress: (so: SoakResult) => void;
}

export interface SoakResult extends Counts {
  readonly kills: number;
  readonly drains: number;
  readonly violations: readonly Violation[];
  /** What the network saw of what went wrong; empty when nothing did. */
  readonly story: string;
}

/** Lives between two judgements: then all is settled and a fresh history begins. */
const LIVES = 25;
const CHATS = ["a", "b", "c", "d", "e", "f", "g", "h"] as const;
/** Of a life that ends while it starts; others are counted from when messages flow. */
const START_MS = 400;
const LONGEST_LIFE_MS = 600;

/** Where a process may end itself, at one of the first times it gets there. */
const STEPS: readonly Step[] = [
  "inbound_arrived",
  "inbound_stored",
  "inbound_heard",
  "turn_adopted",
  "turn_accepted",
  "delta",
  "tool_started",
  "tool_ended",
  "turn_finished",
  "send_began",
  "send_answered",
  "send_settled",
  "recovery_began",
  "turn_recovered",
  "redelivery_began",
  "starting",
  "adapters_connected",
];
const DRAIN_STEPS: readonly Step[] = [
  "drain_began",
  "drain_timed_out",
  "turn_marked",
  "drained",
  "marker_written",
];

/** Random traffic under random kills, until so many were survived or something is wrong. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const dice = createDice(options.seed);
  const { isIdempotent } = options;
  const world = await createCrashWorld({ isIdempotent, keepsCursor: isIdempotent, drainMs: 150 });
  let so: SoakResult = {
    kills: 0,
    drains: 0,
    messages: 0,
    lost: 0,
    doubled: 0,
    labelled: 0,
    notes: 0,
    violations: [],
    story: "",
  };
  try {
    while (so.kills < options.kills && so.violations.length === 0) {
      so = await part(world, dice, so);
      options.onProgress(so);
    }
    return so;
  } finally {
    await world.close();
  }
}

async function part(world: CrashWorld, dice: Dice, before: SoakResult): Promise<SoakResult> {
  const { chat } = world;
  const traffic = createTraffic(chat, dice);
  let kills = before.kills;
  let drains = before.drains;
  for (let life = 0; life < LIVES; life += 1) {
    chat.fault = () => faultOf(dice);
    const end = await live(world, dice, traffic);
    if (end === "killed") kills += 1;
    else drains += 1;
  }
  chat.fault = () => "none";
  const last = await world.boot();
  const trouble = await settled(world, traffic);
  last.signal("SIGTERM");
  await last.ended;
  const verdict = verdictOf(chat.history, { journal: readJournal(world.stateDir) });
  const violations = [...trouble, ...verdict.violations];
  const { counts } = verdict;
  const story = violations.length === 0 ? "" : tell(world, violations);
  chat.history.length = 0;
  world.clearLog();
  return {
    kills,
    drains,
    messages: before.messages + counts.messages,
    lost: before.lost + counts.lost,
    doubled: before.doubled + counts.doubled,
    labelled: before.labelled + counts.labelled,
    notes: before.notes + counts.notes,
    violations,
    story,
  };
}

/** One life, from its start to its end of whatever kind. */
async function live(
  world: CrashWorld,
  dice: Dice,
  traffic: Traffic,
): Promise<"killed" | "drained"> {
  const isDrain = dice.chance(0.2);
  const isProbe = dice.chance(0.5);
  const step = dice.pick(isDrain ? DRAIN_STEPS : STEPS);
  const nth = 1 + dice.int(3);
  const life = await world.boot(isProbe ? { kill: { step, nth } } : {});
  const talk = traffic.talk(() => life.hasEnded());
  const isEarly = dice.chance(0.3);
  const forMs = dice.int(isEarly ? START_MS : LONGEST_LIFE_MS);
  if (!isEarly) await life.ready;
  await Promise.race([pause(forMs), life.ended]);
  if (isDrain) {
    life.signal("SIGTERM");
    // Some are killed inside the drain, others end by themselves.
    await Promise.race([life.ended, pause(dice.chance(0.5) ? dice.int(400) : 10_000)]);
  }
  life.signal("SIGKILL");
  const { signal } = await life.ended;
  await talk;
  return signal === "SIGKILL" ? "killed" : "drained";
}

interface Traffic {
  /** Speaks now and then until told to end. */
  talk(hasEnded: () => boolean): Promise<void>;
  /** Answers a question that some message is waiting with. */
  answerOne(id: string): void;
}

function createTraffic(chat: ChatServer, dice: Dice): Traffic {
  let number = 0;

  function say(): void {
    number += 1;
    const to = dice.pick(CHATS);
    const roll = dice.int(100);
    if (roll < 40) chat.say(to, `echo ${number}`);
    else if (roll < 50) chat.say(to, `tool ${dice.int(3) / 10}`);
    else if (roll < 66) chat.say(to, `slow ${(3 + dice.int(9)) / 10}`);
    // No two of one length: each is known by its end.
    else if (roll < 75) chat.say(to, `long ${900 + number * 7}`);
    else if (roll < 84) chat.say(to, `ask ${number}`);
    else if (roll < 88) chat.say(to, "/stop");
    else if (roll < 91) chat.say(to, "/new");
    else if (roll < 95) chat.say(to, "/status");
    else chat.say(to, `hello ${number}`);
  }

  function press(): void {
    const asking = CHATS.flatMap((name) => chat.shown(name)).filter(
      (one) => one.buttons.length > 0,
    );
    if (asking.length === 0) return;
    const { id, buttons } = dice.pick(asking);
    const name = CHATS.find((one) => chat.shown(one).some((shown) => shown.id === id));
    if (name !== undefined) chat.press(name, dice.pick(buttons).data, id);
  }

  return {
    async talk(hasEnded) {
      const many = dice.int(14);
      for (let n = 0; n < many; n += 1) {
        await pause(dice.int(120));
        if (hasEnded()) return;
        if (dice.chance(0.15)) press();
        else say();
        // Together in one poll.
        if (dice.chance(0.3)) say();
      }
    },
    answerOne(id) {
      for (const name of CHATS) {
        const shown = chat
          .shown(name)
          .findLast((one) => one.replyTo === id && one.buttons.length > 0);
        const [button] = shown?.buttons ?? [];
        if (shown !== undefined && button !== undefined) chat.press(name, button.data, shown.id);
      }
    },
  };
}

function faultOf(dice: Dice): Fault {
  const roll = dice.int(100);
  if (roll < 3) return "lose_answer";
  return roll < 6 ? "unavailable" : "none";
}

/** Questions are answered until nothing waits; one more message in each chat then must be answered too. */
async function settled(world: CrashWorld, traffic: Traffic): Promise<readonly Violation[]> {
  const { chat } = world;
  let askedAt = 0;
  const isSettled = (): boolean => {
    const promises = promisesOf(chat.history);
    const isDone = promises.every((one) => one.isTold);
    if (!isDone && Date.now() - askedAt > 500) {
      askedAt = Date.now();
      // Also of those that a stop may have ended: what waits behind an open question waits with it.
      const asked = promises.filter(({ text }) => text.startsWith("ask "));
      for (const { id, replies } of asked) if (replies.length === 0) traffic.answerOne(id);
    }
    return isDone;
  };
  try {
    await until(isSettled);
    for (const name of CHATS) chat.say(name, `echo last in ${name}`);
    await until(isSettled);
    return [];
  } catch (error) {
    return [{ rule: "lost", message: null, found: textOf(error) }];
  }
}

/** The history of the messages concerned, each in its chat, and what the gateways logged about it. */
function tell(world: CrashWorld, violations: readonly Violation[]): string {
  const { history } = world.chat;
  const lines = violations.map((one) => `${one.rule} ${one.message ?? ""}: ${one.found}`);
  const chats = new Set(
    promisesOf(history)
      .filter((one) => !one.isTold || violations.some(({ message }) => message === one.id))
      .map((one) => one.chat),
  );
  const seen = history.filter(
    (event) => !("chat" in event) || chats.size === 0 || chats.has(event.chat),
  );
  const log = world
    .log()
    .split("\n")
    .filter((line) => [...chats].some((name) => line.includes(`:far:${name}"`)));
  return [...lines, ...seen.map((event) => JSON.stringify(event)), ...log].join("\n");
}
