import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import type { CliLife } from "../cli-life.ts";
import { until } from "../crash-world.ts";
import { createDice } from "../dice.ts";
import type { Dice } from "../dice.ts";
import { readJournal } from "../journal.ts";
import { textOf } from "../../../sessions/errors.ts";
import { createTelegramWorld } from "./telegram-world.ts";
import type { TelegramWorld } from "./telegram-world.ts";
import { isSettled, judge } from "../verdict.ts";
import type { Judgement } from "../verdict.ts";

export interface BatchOptions {
  readonly seed: number;
  /** What ends a life in the middle. */
  readonly signal: "SIGKILL" | "SIGTERM";
  /** Telegram calls, instead of being asked. */
  readonly isWebhook?: boolean;
}

export interface BatchResult extends Judgement {
  readonly seed: number;
  /** How the lives before the last one ended, and when. */
  readonly ends: readonly string[];
  readonly stored: number;
  readonly ms: number;
  /** Of the gateways, when something was wrong. */
  readonly log: string;
}

const CHATS = 20;
const MESSAGES = 100;
const SETTLED_MS = 60_000;

/** 100 messages in 20 chats, lives that end in the middle of them, and what people see in the end. */
export async function runBatch({
  seed,
  signal,
  isWebhook = false,
}: BatchOptions): Promise<BatchResult> {
  const dice = createDice(seed);
  const began = Date.now();
  // Each third as fast as the real one takes answers; what is more is refused, and waits.
  const limits = seed % 3 === 0 ? "telegram" : "off";
  const world = await createTelegramWorld({ drainMs: 150, isWebhook, telegram: { limits } });
  try {
    const speak = createCrowd(world, dice);
    const isBacklog = dice.chance(0.5);
    if (isBacklog) speak(MESSAGES);
    const ends: string[] = [];
    const lives = 1 + dice.int(3);
    for (let life = 0; life < lives; life += 1) {
      const gateway = world.boot();
      const talk = isBacklog ? Promise.resolve() : chatter(speak, dice, gateway);
      const moment = await momentOf(world, dice, gateway);
      const end = await gateway.end(signal);
      await talk;
      ends.push(`${String(end)} ${moment}`);
    }
    speak(MESSAGES);
    const last = await world.bootReady();
    const trouble = await settled(world);
    const lastEnd = await last.end("SIGTERM");
    const judgement = judge(world.conversations());
    const violations = [
      ...trouble,
      ...judgement.violations,
      ...remains(world),
      ...(lastEnd === 0 ? [] : [`the last stop ended with ${String(lastEnd)}`]),
    ];
    const log = violations.length === 0 ? "" : world.log();
    const stored = count(world.stateDir);
    return { ...judgement, violations, seed, ends, stored, log, ms: Date.now() - began };
  } finally {
    await world.close();
  }
}

/** Says the next messages, up to `MESSAGES` in all, each in a chat of chance; each fifth takes its time. */
function createCrowd(world: TelegramWorld, dice: Dice): (upTo: number) => void {
  const chats = Array.from({ length: CHATS }, (_, index) => world.chat(`person ${index}`));
  let said = 0;
  return (upTo) => {
    for (; said < Math.min(upTo, MESSAGES); said += 1) {
      // Each chat gets some, and none has its turn at a known time.
      const chat = said < CHATS ? chats[said] : dice.pick(chats);
      chat?.say(dice.chance(0.2) ? `slow ${(2 + dice.int(11)) / 10}` : `echo number ${said}`);
    }
  };
}

/** Speaks in bursts while a life lasts. */
async function chatter(speak: (upTo: number) => void, dice: Dice, life: CliLife): Promise<void> {
  let upTo = 0;
  while (!life.hasEnded() && upTo < MESSAGES) {
    upTo += 1 + dice.int(40);
    speak(upTo);
    await pause(dice.int(300));
  }
}

/** Waits for the moment that chance has chosen; says which it was. */
async function momentOf(world: TelegramWorld, dice: Dice, life: CliLife): Promise<string> {
  const { fake } = world;
  const stored = count(world.stateDir);
  const picked = dice.pick(["time", "asked", "stored", "answered", "answered"] as const);
  const kind = picked === "stored" && stored === MESSAGES ? "time" : picked;
  const lateMs = dice.int(20);
  const many = 1 + dice.int(60);
  const before = { asked: answersOf(world), sent: fake.callsOf("sendMessage").length };
  const forMs = dice.int(3000);
  const deadline = Date.now() + 6000;
  const is = {
    time: () => false,
    asked: () => answersOf(world) > before.asked,
    stored: () => count(world.stateDir) > stored,
    answered: () => fake.callsOf("sendMessage").length >= before.sent + many,
  }[kind];
  if (kind === "time") await pause(forMs);
  // In a life with nothing left to do it does not come.
  else while (!is() && !life.hasEnded() && Date.now() < deadline) await pause(1);
  await pause(lateMs);
  return kind === "answered" ? `${many} answers` : kind === "time" ? `${forMs} ms` : kind;
}

/** Polls that were answered with something, or nothing; or that Telegram was told to call. */
function answersOf({ fake }: TelegramWorld): number {
  const answers = [...fake.callsOf("getUpdates"), ...fake.callsOf("setWebhook")];
  return answers.filter(({ outcome }) => outcome === 200).length;
}

export async function settled(world: TelegramWorld): Promise<readonly string[]> {
  try {
    await until(
      // A call of Telegram's that was cut comes again after a while.
      () => isSettled(world.conversations()) && world.bots.every((bot) => bot.pending.length === 0),
      () => "not all is settled",
      SETTLED_MS,
    );
    return [];
  } catch (error) {
    return [textOf(error)];
  }
}

/** What is wrong in the store of a gateway that has ended, or at Telegram. */
export function remains({ stateDir, bots }: TelegramWorld): readonly string[] {
  const left = Object.entries(readJournal(stateDir)).flatMap(
    ([what, rows]: [string, readonly string[]]) => rows.map((row) => `${what}: ${row}`),
  );
  for (const { username, pending, dropped, expired } of bots) {
    if (pending.length > 0) left.push(`${username}: ${pending.length} updates not confirmed`);
    if (dropped + expired > 0) left.push(`${username}: ${dropped + expired} updates thrown away`);
  }
  return left;
}

/** Messages in the store; 0 while there is none. */
function count(stateDir: string): number {
  try {
    const database = new DatabaseSync(join(stateDir, "sluice.sqlite"), { readOnly: true });
    try {
      const sql = "SELECT COUNT(*) AS many FROM inbox WHERE kind = 'turn'";
      return Number(database.prepare(sql).get()?.["many"]);
    } finally {
      database.close();
    }
  } catch {
    return 0;
  }
}
