import { array, assert, constantFrom, property } from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { decide } from "../../../sessions/machine/decide.ts";
import { evolve, evolveAll } from "../../../sessions/machine/evolve.ts";
import { newSession } from "../../../sessions/machine/state.ts";
import type { Session } from "../../../sessions/machine/state.ts";
import { TRANSITIONS } from "../../../sessions/machine/transitions.ts";
import { INVARIANTS, foldsToItself } from "./invariants.ts";
import { observe, promised } from "./observation.ts";
import { KEY, S1 } from "./sample.ts";
import { MENU, RECIPES, cook, newWorld } from "./world.ts";
import type { Recipe, World } from "./world.ts";

/** A failure prints its path: beside this seed, in the options of `assert`, it replays that one life. */
const SEED = 20_250_101;
const RUNS = 10_000;
/** Three seconds on a quiet machine; a busy one is no failure. */
const PATIENCE_MS = 60_000;
const lives = array(constantFrom(...MENU), { minLength: 1, maxLength: 24, size: "max" });

describe("random lives of a session", () => {
  const table = new Set(TRANSITIONS.flatMap(promised));
  const observed = new Set<string>();
  const tally = { lives: 0, steps: 0, decided: 0 };

  it(`[S09] keep every invariant, ${RUNS} of them`, { timeout: PATIENCE_MS }, () => {
    assert(
      property(lives, (life) => {
        const world = newWorld();
        freeze(world.session);
        tally.lives += 1;
        for (const recipe of life.flat()) live(world, recipe);
        foldsToItself(world);
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(tally.lives).toBeGreaterThanOrEqual(10_000);
  });

  it("[S09] go every way of the table, and no other", () => {
    expect([...observed].filter((one) => !table.has(one as never)).toSorted()).toEqual([]);
    expect([...table].filter((one) => !observed.has(one)).toSorted()).toEqual([]);
  });

  it("[S09] are not made of refusals", () => {
    expect(tally.decided / tally.steps).toBeGreaterThan(0.25);
  });

  function live(world: World, recipe: Recipe): void {
    world.now += 1;
    const before = world.session;
    const command = cook(world, recipe);
    if (command === null) return;
    // Frozen: a decision that changed what it reads would throw.
    const decision = freeze(decide(before, freeze(command)));
    tally.steps += 1;
    if (decision.outcome === "refused") {
      check(world, { before, command, decision, after: before });
      return;
    }
    tally.decided += 1;
    const after = freeze(evolveAll(before, decision.events, world.now));
    check(world, { before, command, decision, after });
    for (const one of observe(before, command, decision, after)) observed.add(one);
    for (const event of decision.events) {
      world.log.push({ event, at: world.now });
      if (event.type === "turn_finished") world.finished.add(event.turn);
      if (event.type === "turn_accepted" || event.type === "request_opened") {
        world.begun.add(event.turn);
      }
      if (
        event.type === "turn_finished" ||
        event.type === "turn_cut" ||
        event.type === "turn_requeued"
      ) {
        world.over.add(event.turn);
      }
    }
    world.session = after;
  }

  afterAll(() => observed.clear());
});

function check(
  world: World,
  step: Pick<
    Parameters<(typeof INVARIANTS)[number]>[0],
    "before" | "command" | "decision" | "after"
  >,
): void {
  for (const invariant of INVARIANTS) invariant({ world, ...step });
}

describe("events of any life", () => {
  it("[S09] can happen to any other: evolving is total and keeps the key", () => {
    assert(
      property(lives, lives, (one, other) => {
        const here = liveThrough(one.flat());
        const there = liveThrough(other.flat());
        let session = here.session;
        for (const { event } of there.log) {
          session = freeze(evolve(session, event, 7));
          expect(session.key).toBe(KEY);
          expect(session.touchedAt).toBe(7);
        }
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it("[S09] give the same decision each time they are decided on", () => {
    assert(
      property(lives, constantFrom(...RECIPES), (life, recipe) => {
        const world = liveThrough(life.flat());
        const command = cook(world, recipe);
        if (command === null) return;
        const copy = structuredClone(world.session);
        expect(decide(copy, command)).toEqual(decide(world.session, command));
        expect(copy).toEqual(world.session);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });
});

function liveThrough(life: readonly Recipe[]): World {
  const world = newWorld();
  world.session = newSession(KEY, S1, 0);
  for (const recipe of life) {
    const command = cook(world, recipe);
    if (command === null) continue;
    const decision = decide(world.session, command);
    if (decision.outcome === "refused") continue;
    for (const event of decision.events) world.log.push({ event, at: 0 });
    world.session = freeze(evolveAll(world.session, decision.events, 0));
  }
  return world;
}

function freeze<Thing extends Session | object>(thing: Thing): Thing {
  if (Object.isFrozen(thing)) return thing;
  Object.freeze(thing);
  for (const part of Object.values(thing)) {
    if (typeof part === "object" && part !== null) freeze(part as object);
  }
  return thing;
}
