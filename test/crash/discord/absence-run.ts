import { setTimeout as pause } from "node:timers/promises";

import { textOf } from "../../../sessions/errors.ts";
import type { CliLife } from "../cli-life.ts";
import { until } from "../crash-world.ts";
import { createDice } from "../dice.ts";
import type { Dice } from "../dice.ts";
import { readJournal } from "../journal.ts";
import { isSettled, judge } from "../verdict.ts";
import type { Judgement } from "../verdict.ts";
import { createDiscordWorld } from "./discord-world.ts";
import type { DiscordWorld } from "./discord-world.ts";
import { conversations, createSpeakers, say } from "./speakers.ts";
import type { Speaker } from "./speakers.ts";
import { readStored } from "./stored.ts";

export const ABSENCES = ["killed", "stopped", "forgotten", "outage", "killed_outage"] as const;

/**
 * What happens among 20 messages. `forgotten`: a SIGKILL, and Discord forgets the session meanwhile.
 * `outage`: for four seconds nothing reaches Discord, and `killed_outage`: the gateway is killed in it, too.
 */
export type Absence = (typeof ABSENCES)[number];

export interface AbsenceResult extends Judgement {
  readonly seed: number;
  readonly absence: Absence;
  readonly moment: string;
  readonly stored: number;
  readonly late: number;
  readonly ms: number;
  /** Of the gateways, when something was wrong. */
  readonly log: string;
}

const BEFORE = 20;
const MEANWHILE = 3;
const OUTAGE_MS = 4000;
const SETTLED_MS = 30_000;

/** 20 messages, an absence that begins in the middle of them, three more, and what people see in the end. */
export async function runAbsence({
  seed,
  absence,
}: {
  readonly seed: number;
  readonly absence: Absence;
}): Promise<AbsenceResult> {
  const dice = createDice(seed);
  const began = Date.now();
  let speakers: readonly Speaker[] = [];
  const world = await createDiscordWorld({
    drainMs: 150,
    allow(discord) {
      speakers = createSpeakers(discord);
      return speakers.map(({ person }) => person.id);
    },
  });
  const { discord, stateDir } = world;
  const shown = () => conversations(discord, speakers, readStored(stateDir));
  let said = 0;
  const speak = (): void => {
    said += 1;
    const text = dice.chance(0.4) ? `slow ${(3 + dice.int(10)) / 10}` : `echo number ${said}`;
    say(discord, dice.pick(speakers), text);
  };
  try {
    let life = await world.bootReady();
    const talk = (async () => {
      for (let left = BEFORE; left > 0;) {
        const burst = Math.min(1 + dice.int(6), left);
        for (let one = 0; one < burst; one += 1) speak();
        left -= burst;
        await pause(dice.int(120));
      }
    })();
    const moment = await momentOf(world, dice);
    life = await goAway(world, life, absence, async () => {
      await talk;
      for (let one = 0; one < MEANWHILE; one += 1) speak();
    });
    const trouble: string[] = [];
    await until(
      () => readStored(stateDir).length >= said && isSettled(shown()),
      () => "not all is settled",
      SETTLED_MS,
    ).catch((error: unknown) => trouble.push(textOf(error)));
    const end = await life.end("SIGTERM");
    if (end !== 0) trouble.push(`the last stop ended with ${String(end)}`);
    const judgement = judge(shown());
    const violations = [...trouble, ...judgement.violations, ...faultsOf(world, absence)];
    const stored = readStored(stateDir);
    return {
      ...judgement,
      violations,
      seed,
      absence,
      moment,
      stored: stored.length,
      late: stored.filter(({ isLate }) => isLate).length,
      log: violations.length === 0 ? "" : world.log(),
      ms: Date.now() - began,
    };
  } finally {
    await world.close();
  }
}

/** Resolves to the life that is there when Discord is reached again. */
async function goAway(
  world: DiscordWorld,
  life: CliLife,
  absence: Absence,
  meanwhile: () => Promise<void>,
): Promise<CliLife> {
  const { gateway, rest } = world.discord.faults;
  switch (absence) {
    case "killed":
    case "stopped":
      await life.end(absence === "killed" ? "SIGKILL" : "SIGTERM");
      await meanwhile();
      return world.boot();
    case "forgotten":
      await life.end("SIGKILL");
      await meanwhile();
      gateway.forgetSessions();
      return world.boot();
    case "outage":
    case "killed_outage": {
      rest.outage = "refused";
      gateway.isDown = true;
      let next = life;
      await Promise.all([
        pause(OUTAGE_MS),
        (async () => {
          await meanwhile();
          if (absence === "outage") return;
          await life.end("SIGKILL");
          next = world.boot();
        })(),
      ]);
      rest.outage = "none";
      gateway.isDown = false;
      return next;
    }
  }
}

/** Waits for the moment that chance has chosen: in the life of one of the 20. Says which it was. */
async function momentOf(world: DiscordWorld, dice: Dice): Promise<string> {
  const { discord, stateDir } = world;
  const kind = dice.pick(["received", "stored", "sent", "edited"] as const);
  const many = 1 + dice.int(kind === "edited" ? 3 : BEFORE);
  const lateMs = dice.int(6);
  const count = {
    received: () => discord.records.deliveredSequence - 2,
    stored: () => readStored(stateDir).length,
    sent: () => callsOf(world, "POST"),
    edited: () => callsOf(world, "PATCH"),
  }[kind];
  // Where few are slow, few are edited.
  const deadline = Date.now() + 4000;
  while (count() < many && Date.now() < deadline) await pause(1);
  await pause(lateMs);
  return `${many} ${kind}`;
}

function callsOf({ discord }: DiscordWorld, method: string): number {
  return discord.records.calls.filter(
    (call) => call.method === method && call.route.startsWith("/channels/:channel/messages"),
  ).length;
}

/** What is wrong in the store of a gateway that has ended, or in how Discord was used. */
function faultsOf(world: DiscordWorld, absence: Absence): readonly string[] {
  const { records } = world.discord;
  const stored = readStored(world.stateDir);
  const faults = Object.entries(readJournal(world.stateDir)).flatMap(
    ([what, rows]: [string, readonly string[]]) => rows.map((row) => `${what}: ${row}`),
  );
  if (stored.length !== BEFORE + MEANWHILE) faults.push(`${stored.length} messages are stored`);
  const isForgotten = absence === "forgotten";
  const lines = isForgotten
    ? [...Map.groupBy(stored, ({ channel }) => channel).values()]
    : [stored];
  for (const line of lines) {
    const isOrdered = line.every(
      ({ id }, at) => at === 0 || BigInt(id) > BigInt(line[at - 1]?.id ?? 0),
    );
    if (!isOrdered) faults.push(`not stored in order: ${line.map(({ text }) => text).join(", ")}`);
  }
  const identifies = records.identifies.length;
  if (identifies !== (isForgotten ? 2 : 1)) faults.push(`${identifies} IDENTIFYs`);
  const outcomes = records.resumes.map(({ outcome }) => outcome.kind);
  const isResumed = outcomes.length > 0 && outcomes.every((kind) => kind === "resumed");
  if (!isForgotten && !isResumed) faults.push(`RESUMEs: ${outcomes.join(", ") || "none"}`);
  if (!isForgotten && callsOf(world, "GET") > 0) faults.push("the history was read");
  for (const { by, code } of records.closes) {
    if (by === "client" && (code === 1000 || code === 1001)) faults.push(`closed with ${code}`);
  }
  return faults;
}
