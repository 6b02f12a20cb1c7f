import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { openOutgoingDesk } from "../../../console/chat/outgoing-desk.ts";
import type { DeskOptions, OutgoingDesk } from "../../../console/chat/outgoing-desk.ts";
import type { OutgoingPost, Posted } from "../../../console/chat/outgoing.ts";

const say = (text: string): OutgoingPost => ({
  kind: "message",
  text,
  replyTo: null,
  thread: null,
  files: [],
});
const TAKEN: Posted = { outcome: "taken", fate: "stored" };
const AGAIN: Posted = { outcome: "again", reason: "away", afterMs: null };

describe("the desk of what is on its way", () => {
  it("sends one at a time and in order", async () => {
    const world = createWorld();
    const answers = [Promise.withResolvers<Posted>(), Promise.withResolvers<Posted>()];
    const tried: string[] = [];
    const desk = world.open({
      post: (id) => {
        tried.push(id);
        return answers[tried.length - 1]?.promise ?? Promise.resolve(TAKEN);
      },
    });
    desk.add(say("one"));
    desk.add(say("two"));
    await world.settle();
    expect(tried).toEqual(["id-1"]);
    answers[0]?.resolve(TAKEN);
    await world.settle();
    expect(tried).toEqual(["id-1", "id-2"]);
    expect(desk.list().map(({ state }) => state.at)).toEqual(["taken", "sending"]);
  });

  it("waits as long as the gateway asks, and otherwise longer with each try", async () => {
    const world = createWorld();
    const answers: Posted[] = [
      { outcome: "again", reason: "full", afterMs: 7000 },
      ...Array.from({ length: 6 }, () => AGAIN),
      TAKEN,
    ];
    const desk = world.open({ post: () => Promise.resolve(answers.shift() ?? TAKEN) });
    desk.add(say("one"));
    for (let turn = 0; turn < 8; turn += 1) await world.tick();
    expect(world.waited).toEqual([7000, 400, 800, 1600, 2000, 2000, 2000]);
    expect(desk.list()[0]?.state).toEqual({ at: "taken", fate: "stored" });
  });

  it("goes on after a reload with what had no answer, under the same id", async () => {
    const world = createWorld();
    const tried: string[] = [];
    const post = (id: string): Promise<Posted> => {
      tried.push(id);
      return tried.length === 1 ? new Promise(() => {}) : Promise.resolve(TAKEN);
    };
    const first = world.open({ post });
    first.add(say("one"));
    first.add(say("two"));
    await world.settle();
    first.stop();
    const second = world.open({ post });
    await world.settle();
    expect(tried).toEqual(["id-1", "id-1", "id-2"]);
    expect(second.list().map(({ state }) => state.at)).toEqual(["taken", "taken"]);
    expect(world.shelf.read()).toBe("[]");
  });

  it("loses nothing and doubles nothing over lost answers, busy gateways and reloads", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("say", "reload", "tick"), { maxLength: 25 }),
        fc.array(fc.constantFrom("taken", "lost before", "lost after", "busy"), { maxLength: 40 }),
        async (steps, fates) => {
          const world = createWorld();
          const server = createServer(fates);
          let desk = world.open(server);
          const said: string[] = [];
          for (const step of steps) {
            if (step === "say") {
              said.push(`text ${said.length}`);
              desk.add(say(`text ${said.length - 1}`));
            } else if (step === "reload") {
              desk.stop();
              desk = world.open(server);
            }
            await world.tick();
          }
          for (let turn = 0; turn < 60 && world.shelf.read() !== "[]"; turn += 1) {
            await world.tick();
          }
          expect(server.log).toEqual(said);
        },
      ),
      { numRuns: 150 },
    );
  });
});

interface World {
  readonly shelf: { read(): string | null; write(text: string): void };
  /** Ms that were waited for, in order. */
  readonly waited: readonly number[];
  open(client: DeskOptions["client"]): OutgoingDesk;
  /** Lets all that can go on do so. */
  settle(): Promise<void>;
  /** The same, and then whoever waits for a time has waited. */
  tick(): Promise<void>;
}

function createWorld(): World {
  let kept: string | null = null;
  let ids = 0;
  let timers: (() => void)[] = [];
  const waited: number[] = [];
  const shelf = {
    read: () => kept,
    write: (text: string) => {
      kept = text;
    },
  };
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  return {
    shelf,
    waited,
    settle,
    open: (client) =>
      openOutgoingDesk({
        client,
        shelf,
        time: {
          now: () => 1,
          after(ms, act) {
            waited.push(ms);
            timers.push(act);
            return () => {
              timers = timers.filter((timer) => timer !== act);
            };
          },
        },
        makeId: () => {
          ids += 1;
          return `id-${ids}`;
        },
      }),
    async tick() {
      await settle();
      const due = timers;
      timers = [];
      for (const act of due) act();
      await settle();
    },
  };
}

/** A gateway that knows a message by its id, and whose answers get lost as told. */
function createServer(
  fates: readonly string[],
): DeskOptions["client"] & { readonly log: readonly string[] } {
  const left = [...fates];
  const ids = new Set<string>();
  const log: string[] = [];
  return {
    log,
    post(id, post) {
      const fate = left.shift() ?? "taken";
      const isStored = fate === "taken" || fate === "lost after";
      if (isStored && !ids.has(id) && post.kind === "message") {
        ids.add(id);
        log.push(post.text);
      }
      return Promise.resolve(fate === "taken" ? TAKEN : AGAIN);
    },
  };
}
