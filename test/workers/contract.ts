import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Worker, WorkerEvent } from "../../workers/worker.ts";
import type { Ledger } from "./ledger.ts";
import { until } from "./ledger.ts";
import {
  answerIn,
  assistantEntry,
  isTerminal,
  message,
  newConversation,
  play,
  turnOf,
  userEntry,
} from "./turns.ts";

/** A worker of some kind, set up so that these messages make it behave so. */
export interface WorkerHarness {
  readonly worker: Worker;
  readonly ledger: Ledger;
  readonly say: {
    /** It answers, in at least three deltas, with a text that holds `several.answer`. */
    readonly several: { readonly text: string; readonly answer: string };
    /** It asks once, and its answer differs by what was decided. Null: this kind never asks. */
    readonly ask: {
      readonly text: string;
      readonly allowed: string;
      readonly denied: string;
    } | null;
    /** It begins to answer and does not end by itself within a test. */
    readonly endless: string;
    /** Its process dies after the turn was accepted. Null: this kind has no process. */
    readonly die: string | null;
    /** It repeats transcript and note as they were given. Null: it keeps the context by itself. */
    readonly recall: string | null;
  };
  close(): Promise<void>;
}

const SIGNAL = new AbortController().signal;

/** What every kind of worker keeps, whatever it talks to. */
export function workerContract(name: string, makeHarness: () => Promise<WorkerHarness>): void {
  describe(`${name} keeps the worker contract`, () => {
    let harness: WorkerHarness;

    beforeEach(async () => {
      harness = await makeHarness();
    });

    afterEach(async () => {
      await harness.worker.close(1000);
      const left = await harness.ledger.alive();
      await harness.ledger.killAll();
      await harness.close();
      expect(left, "processes left behind").toEqual([]);
      expect([...harness.ledger.rows.values()], "rows left in the ledger").toEqual([]);
    });

    const open = () => harness.worker.open(newConversation(), SIGNAL);

    it("a turn yields accepted first and one terminal event last", async () => {
      const session = await open();
      const events = await play(session, turnOf(harness.say.several.text));
      expect(events[0]).toEqual({ type: "accepted" });
      expect(events.at(-1)?.type).toBe("completed");
      expect(events.filter(isTerminal)).toHaveLength(1);
      expect(events.filter(({ type }) => type === "accepted")).toHaveLength(1);
    });

    it("deltas make up the answer in order", async () => {
      const session = await open();
      const events = await play(session, turnOf(harness.say.several.text));
      expect(events.filter(({ type }) => type === "delta").length).toBeGreaterThanOrEqual(3);
      expect(answerIn(events)).toContain(harness.say.several.answer);
    });

    it("a second turn works after the first completed", async () => {
      const session = await open();
      await play(session, turnOf(harness.say.several.text));
      const events = await play(session, turnOf(harness.say.several.text));
      expect(events.at(-1)?.type).toBe("completed");
      expect(answerIn(events)).toContain(harness.say.several.answer);
    });

    it.each(["allow", "deny"] as const)("a question is answered by %s", async (decision) => {
      const { ask } = harness.say;
      // Not skipped: `each` hands over no context.
      if (ask === null) return;
      const session = await open();
      const asks: string[] = [];
      const events = await play(session, turnOf(ask.text), (event) => {
        if (event.type !== "ask") return;
        asks.push(event.id);
        expect(event.title).not.toBe("");
        expect(event.fingerprint).not.toBe("");
        void session.answer(event.id, decision);
      });
      expect(asks).toHaveLength(1);
      const { allowed, denied } = ask;
      expect(answerIn(events)).toContain(decision === "allow" ? allowed : denied);
      expect(answerIn(events)).not.toContain(decision === "allow" ? denied : allowed);
    });

    it("[W13] a late, a double and an unknown answer change nothing", async (context) => {
      const { ask } = harness.say;
      if (ask === null) return context.skip();
      const session = await open();
      const { text, allowed } = ask;
      const asks: string[] = [];
      const events = await play(session, turnOf(text), (event) => {
        if (event.type !== "ask") return;
        asks.push(event.id);
        void session.answer("nobody asked this", "deny");
        void session.answer(event.id, "allow");
        void session.answer(event.id, "deny");
      });
      expect(answerIn(events)).toContain(allowed);
      await session.answer(asks[0] ?? "", "deny");
      const next = await play(session, turnOf(harness.say.several.text));
      expect(next.at(-1)?.type).toBe("completed");
    });

    it("an interrupt ends the turn as cancelled, and the session goes on", async () => {
      const session = await open();
      const events = await play(session, turnOf(harness.say.endless), (event, sofar) => {
        if (event.type === "accepted" || sofar.length === 2) void session.interrupt();
      });
      expect(events.at(-1)).toEqual({ type: "cancelled" });
      const next = await play(session, turnOf(harness.say.several.text));
      expect(next.at(-1)?.type).toBe("completed");
    });

    it("an interrupt while it asks ends the turn as cancelled", async (context) => {
      const { ask } = harness.say;
      if (ask === null) return context.skip();
      const session = await open();
      const events = await play(session, turnOf(ask.text), (event) => {
        if (event.type === "ask") void session.interrupt();
      });
      expect(events.at(-1)).toEqual({ type: "cancelled" });
    });

    it("an interrupt, steer or answer between turns does nothing", async () => {
      const session = await open();
      await session.interrupt();
      expect(await session.steer(message("more"))).toBe(false);
      await session.answer("ask-1", "allow");
      const events = await play(session, turnOf(harness.say.several.text));
      expect(events.at(-1)?.type).toBe("completed");
    });

    it("[W04] the death of its process ends the turn without a terminal event", async (context) => {
      const { die } = harness.say;
      if (die === null) return context.skip();
      const session = await open();
      const events = await play(session, turnOf(die));
      expect(events[0]).toEqual({ type: "accepted" });
      expect(events.filter(isTerminal)).toEqual([]);
      expect(await harness.ledger.alive()).toEqual([]);
    });

    it("[W04] a SIGKILL of its process ends the turn without a terminal event", async (context) => {
      if (harness.say.die === null) return context.skip();
      const session = await open();
      const events = await play(session, turnOf(harness.say.endless), (event) => {
        if (event.type === "accepted") {
          for (const { pid } of harness.worker.processes()) process.kill(pid, "SIGKILL");
        }
      });
      expect(events.filter(isTerminal)).toEqual([]);
    });

    it("a session of a dead process runs nothing, and a new one is opened", async (context) => {
      const { die } = harness.say;
      if (die === null) return context.skip();
      const conversation = newConversation();
      const dead = await harness.worker.open(conversation, SIGNAL);
      await play(dead, turnOf(die));
      expect(await play(dead, turnOf(harness.say.several.text))).toEqual([]);
      const fresh = await harness.worker.open(conversation, SIGNAL);
      const events = await play(fresh, turnOf(harness.say.several.text));
      expect(events.at(-1)?.type).toBe("completed");
    });

    it("[W02] each process is in the ledger before it is used and gone after its end", async (context) => {
      if (harness.say.die === null) return context.skip();
      const session = await open();
      let isAccepted = false;
      // A kind may start its process with the turn.
      await play(session, turnOf(harness.say.endless), (event) => {
        if (event.type !== "accepted") return;
        isAccepted = true;
        const running = harness.worker.processes().map(({ pid }) => pid);
        expect(running).toHaveLength(1);
        expect([...harness.ledger.rows.keys()]).toEqual(running);
        const markers = [...harness.ledger.rows.values()].map(({ marker }) => marker);
        expect(markers).toEqual([session.marker]);
        void session.close(1000);
      });
      expect(isAccepted).toBe(true);
      await session.close(1000);
      await until("the ledger is empty", () => harness.ledger.rows.size === 0);
    });

    it("[W03] close ends the running turn and its process, and may be repeated", async () => {
      const session = await open();
      const events = await play(session, turnOf(harness.say.endless), (event) => {
        if (event.type === "accepted") void session.close(1000);
      });
      expect(events.filter(isTerminal)).toEqual([]);
      await session.close(1000);
      await session.close(1000);
      expect(await harness.ledger.alive()).toEqual([]);
    });

    it("[W03] kill ends the running turn and its process at once, and may be repeated", async () => {
      const session = await open();
      const events = await play(session, turnOf(harness.say.endless), (event) => {
        if (event.type === "accepted") session.kill();
      });
      session.kill();
      expect(events.filter(isTerminal)).toEqual([]);
      await until("no process is left", async () => (await harness.ledger.alive()).length === 0);
    });

    it("closing the worker ends every turn and process, and may be repeated", async () => {
      const sessions = await Promise.all([open(), open(), open()]);
      let accepted = 0;
      const turns = sessions.map((session) =>
        play(session, turnOf(harness.say.endless), (event) => {
          if (event.type === "accepted") accepted += 1;
        }),
      );
      await until("all run", () => accepted === sessions.length);
      await Promise.all([harness.worker.close(1000), harness.worker.close(1000)]);
      for (const events of await Promise.all(turns)) expect(events.filter(isTerminal)).toEqual([]);
      expect(harness.worker.processes()).toEqual([]);
      await expect(open()).rejects.toMatchObject({ code: "worker_unavailable" });
    });

    it("an aborted open rejects and leaves no process", async () => {
      const conversation = newConversation();
      const opening = harness.worker.open(conversation, AbortSignal.abort(new Error("stopped")));
      await expect(opening).rejects.toThrow("stopped");
      await until("no process is left", async () => (await harness.ledger.alive()).length === 0);
    });

    it("[R02] transcript and restart note reach the agent", async (context) => {
      const { recall } = harness.say;
      if (recall === null) return context.skip();
      const session = await open();
      const transcript = [userEntry("the first words"), assistantEntry("the first ans", true)];
      const note = { cause: "crash", text: "You were cut short. Repeat nothing." } as const;
      const answer = answerIn(await play(session, turnOf(recall, { transcript, note })));
      for (const text of ["the first words", "the first ans", note.text]) {
        expect(answer).toContain(text);
      }
    });

    it("[R07] an ordinary turn after a noted one is told of no note", async (context) => {
      const { recall } = harness.say;
      if (recall === null) return context.skip();
      const session = await open();
      const note = { cause: "restart", text: "You were cut short." } as const;
      await play(session, turnOf(recall, { note }));
      const events: readonly WorkerEvent[] = await play(session, turnOf(recall));
      expect(answerIn(events)).not.toContain(note.text);
    });
  });
}
