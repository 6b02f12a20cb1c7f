import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Clock } from "../../../sessions/clock.ts";
import type { Engine, Unit } from "../../../sessions/engine.ts";
import type { BootId, SessionKey } from "../../../sessions/ids.ts";
import {
  BOOT,
  bootId,
  bootRow,
  ended,
  event,
  item,
  key,
  messageId,
  outboxId,
  reply,
  request,
  requestId,
  running,
  said,
  session,
  sessionId,
  settableClock,
  turn,
  turnId,
} from "./samples.ts";
import type { SettableClock } from "./samples.ts";

/** One stored state, to be opened again and again. */
export interface EngineHarness {
  open(options: { boot: BootId; clock: Clock; isAlone?: boolean }): Promise<Engine>;
  dispose(): Promise<void>;
}

const LIMIT = { queueLimit: 100, keyed: [] };

/** What every implementation of the engine port must hold. */
export function engineContract(name: string, makeHarness: () => Promise<EngineHarness>): void {
  describe(`${name} engine`, () => {
    let harness: EngineHarness;
    let clock: SettableClock;
    let engine: Engine;

    beforeEach(async () => {
      harness = await makeHarness();
      clock = settableClock();
      engine = await harness.open({ boot: BOOT, clock });
    });
    afterEach(async () => {
      await engine.close();
      await harness.dispose();
    });

    async function again(boot = bootId("two"), isAlone = false): Promise<void> {
      await engine.close();
      engine = await harness.open({ boot, clock, isAlone });
    }
    async function committed(unit: Unit): Promise<void> {
      expect(await engine.commit(unit)).toMatchObject({ outcome: "committed" });
    }
    async function fenced(unit: Unit): Promise<void> {
      expect(await engine.commit(unit)).toMatchObject({ outcome: "fenced" });
    }
    async function accept(...names: string[]): Promise<void> {
      await engine.accept(
        names.map((one) => item(one)),
        LIMIT,
      );
    }

    describe("accept", () => {
      it("[I01] a message that was accepted is there after the store was opened again", async () => {
        const accepted = await engine.accept([item("m1")], LIMIT);
        await again();
        const stored = await engine.message(messageId("m1"));
        expect(stored).toMatchObject({ ...item("m1"), state: "queued", turn: null, attempts: 0 });
        expect(accepted).toEqual([{ outcome: "new", item: stored }]);
      });

      it("[I02] the same message twice is stored once, also in one batch and after a restart", async () => {
        await engine.accept([item("m1")], LIMIT);
        await again();
        const second = await engine.accept(
          [
            item("m1", "a", { id: messageId("other") }),
            item("m2"),
            item("m2", "a", { id: messageId("third") }),
          ],
          LIMIT,
        );
        expect(second.map((one) => one.outcome)).toEqual(["duplicate", "new", "duplicate"]);
        expect(second[0]).toMatchObject({ item: { id: messageId("m1") } });
        expect(await engine.queue(key("a"), 10)).toHaveLength(2);
        expect(await engine.message(messageId("other"))).toBeNull();
      });

      it("[I02] a message stays known when it is settled, and from another account it is another", async () => {
        await accept("m1");
        await committed({
          inbox: [{ id: messageId("m1"), from: "queued", to: "done", turn: null, reason: "x" }],
        });
        const other = item("m1", "a", { id: messageId("other") });
        const elsewhere = { ...other.message.address, account: "second" };
        const outcomes = await engine.accept(
          [
            item("m1", "a", { id: messageId("again") }),
            { ...other, message: { ...other.message, address: elsewhere } },
          ],
          LIMIT,
        );
        expect(outcomes.map((one) => one.outcome)).toEqual(["duplicate", "new"]);
        expect(await engine.messageByExternalId("local", "bot", "m1")).toMatchObject({
          id: messageId("m1"),
          state: "done",
        });
        expect(await engine.messageByExternalId("local", "second", "m1")).toMatchObject({
          id: messageId("other"),
        });
        expect(await engine.messageByExternalId("local", "third", "m1")).toBeNull();
      });

      it("[I04] queued messages keep their order over batches and restarts", async () => {
        await engine.accept([item("m3"), item("m1")], LIMIT);
        await Promise.all([engine.accept([item("m9")], LIMIT), engine.accept([item("m2")], LIMIT)]);
        await again();
        await accept("m0");
        const names = (await engine.queue(key("a"), 10)).map((one) => one.message.externalId);
        expect(names).toEqual(["m3", "m1", "m9", "m2", "m0"]);
        const [, , third] = await engine.queue(key("a"), 2 + 1);
        expect(await engine.queue(key("a"), 2)).toHaveLength(2);
        expect(await engine.queuedBefore(key("a"), third?.seq ?? 0)).toBe(2);
      });

      it("[I06] a full queue refuses the next message, counting those of the same batch", async () => {
        const options = { queueLimit: 2, keyed: [] };
        const outcomes = await engine.accept(
          [
            item("m1"),
            item("m2"),
            item("m3"),
            item("b1", "b"),
            item("c", "a", { kind: "command" }),
          ],
          options,
        );
        expect(outcomes.map((one) => one.outcome)).toEqual(["new", "new", "full", "new", "new"]);
        expect(outcomes[2]).toEqual({ outcome: "full", queued: 2 });
        expect(await engine.accept([item("m1")], options)).toMatchObject([
          { outcome: "duplicate" },
        ]);
        expect(await engine.message(messageId("m3"))).toBeNull();
      });

      it("[I06] the cursor moves with the messages, and stays when one found no room", async () => {
        const cursor = (value: number) => [
          { space: "cursor", key: "local:bot", value: { offset: value }, ttlMs: null } as const,
        ];
        await engine.accept([item("m1")], { queueLimit: 1, keyed: cursor(1) });
        expect(await engine.keyed("cursor", "local:bot")).toEqual({ offset: 1 });
        await engine.accept([item("m2")], { queueLimit: 1, keyed: cursor(2) });
        expect(await engine.keyed("cursor", "local:bot")).toEqual({ offset: 1 });
        await engine.accept([], { queueLimit: 1, keyed: cursor(3) });
        await again();
        expect(await engine.keyed("cursor", "local:bot")).toEqual({ offset: 3 });
      });

      it("what waits is listed by its oldest message, commands apart", async () => {
        await engine.accept([item("b1", "b"), item("a1"), item("b2", "b")], LIMIT);
        await engine.accept(
          [item("p", "c", { kind: "press" }), item("c", "c", { kind: "command" })],
          LIMIT,
        );
        const waiting = await engine.waiting();
        expect(waiting.map((one) => [one.key, one.count])).toEqual([
          [key("b"), 2],
          [key("a"), 1],
        ]);
        const oldest = await engine.message(messageId("b1"));
        expect(waiting[0]?.seq).toBe(oldest?.seq);
        const commands = await engine.pendingCommands();
        expect(commands.map((one) => one.kind)).toEqual(["press", "command"]);
      });
    });

    describe("ready", () => {
      it("a listener hears of what was accepted or queued again, until it stops listening", async () => {
        const heard: (readonly SessionKey[])[] = [];
        const stop = engine.onReady((keys) => heard.push(keys));
        await engine.accept([item("m1"), item("m2"), item("b", "b")], LIMIT);
        await accept("m1");
        const id = messageId("m1");
        await committed({
          inbox: [{ id, from: "queued", to: "adopted", turn: turnId("t"), reason: null }],
        });
        await committed({
          inbox: [{ id, from: "adopted", to: "queued", turn: null, reason: null }],
        });
        await new Promise(setImmediate);
        expect(heard).toEqual([[key("a"), key("b")], [key("a")]]);
        stop();
        await accept("m3");
        await new Promise(setImmediate);
        expect(heard).toHaveLength(2);
      });
    });

    describe("commit", () => {
      it("[I03] adoption is one write: session, turn, messages, transcript and events together", async () => {
        await accept("m1", "m2");
        const result = await engine.claim({
          session: session("a", 1, { turn: running("t") }),
          turn: turn("t"),
          inbox: ["m1", "m2"].map((one) => ({
            id: messageId(one),
            from: "queued",
            to: "adopted",
            turn: turnId("t"),
            attempts: 1,
            reason: null,
          })),
          transcript: [{ op: "put", entry: said("t:1", "t") }],
          outbox: [reply("r", "t")],
          requests: [request("q")],
          events: [event(), event()],
        });
        expect(result).toMatchObject({ outcome: "committed", events: [event(), event()] });
        await again();
        expect(await engine.session(key("a"))).toEqual(session("a", 1, { turn: running("t") }));
        expect(await engine.turn(turnId("t"))).toEqual(turn("t"));
        expect(await engine.openTurns()).toEqual([turn("t")]);
        expect(await engine.queue(key("a"), 10)).toEqual([]);
        const papers = await engine.papers(turnId("t"));
        expect(papers.items.map((one) => [one.id, one.attempts])).toEqual([
          [messageId("m1"), 1],
          [messageId("m2"), 1],
        ]);
        expect(papers.entries).toEqual([said("t:1", "t")]);
        expect(papers.outbox).toMatchObject([reply("r", "t")]);
        expect(papers.requests).toEqual([request("q")]);
      });

      it("[O01] a finish that is fenced leaves neither reply nor transcript nor event", async () => {
        await committed({ session: session("a", 1, { turn: running("t") }), turn: turn("t") });
        await accept("m1");
        await fenced({
          session: session("a", 3),
          turn: turn("t", "a", ended),
          inbox: [{ id: messageId("m1"), from: "queued", to: "done", turn: null, reason: null }],
          transcript: [{ op: "put", entry: said("t:1", "t") }],
          outbox: [reply("r", "t")],
          requests: [request("q")],
          events: [event()],
          keyed: [{ space: "notice", key: "k", value: 1, ttlMs: null }],
        });
        expect(await engine.turn(turnId("t"))).toEqual(turn("t"));
        expect(await engine.message(messageId("m1"))).toMatchObject({ state: "queued" });
        expect(await engine.transcript(sessionId("a"), 10)).toEqual([]);
        expect(await engine.outboxRow(outboxId("r"))).toBeNull();
        expect(await engine.request(requestId("q"))).toBeNull();
        expect(await engine.events({ after: 0, key: null, limit: 10 })).toEqual([]);
        expect(await engine.keyed("notice", "k")).toBeNull();
      });

      it("an entry is written only on top of the revision before it", async () => {
        await fenced({ session: session("a", 2) });
        await committed({ session: session("a", 1) });
        await fenced({ session: session("a", 1) });
        await fenced({ session: session("a", 3) });
        await committed({ session: session("a", 2) });
        expect(await engine.session(key("a"))).toMatchObject({ revision: 2 });
        expect(await engine.session(key("b"))).toBeNull();
      });

      it("two writes of one revision in one tick: the first is kept, the second fenced", async () => {
        const both = await Promise.all([
          engine.commit({ session: session("a", 1, { cuts: 1 }) }),
          engine.commit({ session: session("a", 1, { cuts: 2 }) }),
          engine.commit({ session: session("a", 2, { cuts: 3 }) }),
        ]);
        expect(both.map((one) => one.outcome)).toEqual(["committed", "fenced", "committed"]);
        expect(await engine.session(key("a"))).toMatchObject({ cuts: 3 });
      });

      it("a turn is fenced by a higher fence and by its end, but a late end may replace an end", async () => {
        await committed({ turn: turn("t", "a", { fence: 2 }) });
        await fenced({ turn: turn("t", "a", { fence: 1 }) });
        await committed({ turn: turn("t", "a", { fence: 2, ...ended, outcome: "interrupted" }) });
        await fenced({ turn: turn("t", "a", { fence: 3 }) });
        await committed({ turn: turn("t", "a", { fence: 2, ...ended }) });
        expect(await engine.turn(turnId("t"))).toMatchObject({ outcome: "completed" });
        expect(await engine.openTurns()).toHaveLength(0);
        expect(await engine.openTurns()).toEqual([]);
      });

      it("[B01] a claim is fenced while another turn of the session is open", async () => {
        expect(await engine.claim({ turn: turn("t1") })).toMatchObject({ outcome: "committed" });
        expect(await engine.claim({ turn: turn("t2") })).toMatchObject({ outcome: "fenced" });
        expect(await engine.claim({ turn: turn("b", "b") })).toMatchObject({
          outcome: "committed",
        });
        expect(await engine.claim({ turn: turn("t1", "a", { generation: 2 }) })).toMatchObject({
          outcome: "committed",
        });
        await committed({ turn: turn("t1", "a", ended) });
        expect(await engine.claim({ turn: turn("t2") })).toMatchObject({ outcome: "committed" });
        expect(await engine.openTurns()).toHaveLength(2);
      });

      it("the turns of a key are read with the latest first, and only as many as wanted", async () => {
        await committed({ turn: turn("t1", "a", ended) });
        await committed({ turn: turn("t3") });
        await committed({ turn: turn("t2", "a", { ...ended, outcome: "interrupted" }) });
        await committed({ turn: turn("t4", "b") });
        const ids = async (limit: number) =>
          (await engine.turnsOf(key("a"), limit)).map((one) => one.id);
        expect(await ids(10)).toEqual(["t3", "t2", "t1"].map(turnId));
        expect(await ids(2)).toEqual(["t3", "t2"].map(turnId));
        expect(await engine.turnsOf(key("c"), 10)).toEqual([]);
        await again();
        expect((await engine.turnsOf(key("a"), 2))[1]).toEqual(
          turn("t2", "a", { ...ended, outcome: "interrupted" }),
        );
      });

      it("a message changes only from the state that is named", async () => {
        await accept("m1");
        const id = messageId("m1");
        const change = { id, to: "dead", turn: null, reason: "tried 3 times" } as const;
        await fenced({ inbox: [{ ...change, from: "adopted" }] });
        await fenced({ inbox: [{ ...change, id: messageId("none"), from: "queued" }] });
        await committed({ inbox: [{ ...change, from: "queued", attempts: 3 }] });
        await accept("m2");
        await committed({ inbox: [{ ...change, id: messageId("m2"), from: "queued" }] });
        const dead = await engine.deadMessages(10);
        expect(dead.map((one) => [one.id, one.attempts, one.reason])).toEqual([
          [messageId("m2"), 0, "tried 3 times"],
          [messageId("m1"), 3, "tried 3 times"],
        ]);
        expect(await engine.deadMessages(1)).toHaveLength(1);
      });

      it("a reply is sent by whoever finds it in the state that is named", async () => {
        const from = [{ id: outboxId("r"), states: ["pending", "held"] }] as const;
        await fenced({ outboxFrom: from });
        await committed({ outbox: [reply("r")] });
        const sending = { outbox: [reply("r", null, { state: "sending" })], outboxFrom: from };
        await committed(sending);
        await fenced(sending);
        expect(await engine.outboxRow(outboxId("r"))).toMatchObject({ state: "sending" });
      });

      it("[O02] what is not sent is listed in order after a restart, each row in its place", async () => {
        await committed({ outbox: [reply("r2"), reply("r1"), reply("r3")] });
        await committed({
          outbox: [reply("r2", null, { state: "sending", attempts: 1, uncertain: true })],
        });
        await committed({ outbox: [reply("r3", null, { state: "dead", settledAt: 9 })] });
        await again();
        const open = await engine.outbox({ states: ["pending", "sending"], after: 0, limit: 9 });
        expect(open.map((row) => [row.id, row.state, row.uncertain])).toEqual([
          [outboxId("r2"), "sending", true],
          [outboxId("r1"), "pending", false],
        ]);
        const after = open[0]?.seq ?? 0;
        expect(
          await engine.outbox({ states: ["pending", "sending"], after, limit: 9 }),
        ).toHaveLength(1);
        expect(await engine.outbox({ states: ["dead"], after: 0, limit: 9 })).toHaveLength(1);
        expect(
          await engine.outbox({ states: ["pending", "dead"], after: 0, limit: 9 }),
        ).toHaveLength(2);
        expect(
          await engine.outbox({ states: ["pending", "dead"], after: 0, limit: 1 }),
        ).toHaveLength(1);
        expect(await engine.outbox({ states: [], after: 0, limit: 9 })).toEqual([]);
      });

      it("[G05] the first answer to a request is final", async () => {
        await committed({ requests: [request("q"), request("q2", { openedAt: 2 })] });
        await committed({ requests: [request("q", { detached: true })] });
        const allowed = { state: "allowed", answeredBy: "7", closedAt: 5 } as const;
        const denied = { state: "denied", answeredBy: "8", closedAt: 6 } as const;
        const both = await Promise.all([
          engine.commit({ requests: [request("q", allowed)] }),
          engine.commit({ requests: [request("q", denied)] }),
        ]);
        expect(both.map((one) => one.outcome)).toEqual(["committed", "fenced"]);
        await fenced({ requests: [request("q")] });
        await again();
        expect(await engine.request(requestId("q"))).toMatchObject(allowed);
        const open = await engine.requests({ key: null, onlyOpen: true });
        expect(open.map((one) => one.id)).toEqual([requestId("q2")]);
        expect(await engine.requests({ key: key("a"), onlyOpen: false })).toHaveLength(2);
        expect(await engine.requests({ key: key("b"), onlyOpen: false })).toEqual([]);
      });

      it("a transcript keeps the place of an entry that is said again, and loses what is retracted", async () => {
        const put = (entry: ReturnType<typeof said>) => ({ op: "put", entry }) as const;
        await committed({
          transcript: [put(said("t1:1", "t1")), put(said("t2:1", "t2")), put(said("t2:2", "t2"))],
        });
        await committed({
          transcript: [put(said("t1:1", "t1", { at: 9 })), put(said("t3:1", "t3"))],
        });
        await again();
        const ids = async (last: number) =>
          (await engine.transcript(sessionId("a"), last)).map((one) => `${one.id}@${one.at}`);
        expect(await ids(9)).toEqual(["t1:1@9", "t2:1@1", "t2:2@1", "t3:1@1"]);
        expect(await ids(2)).toEqual(["t2:2@1", "t3:1@1"]);
        expect(await ids(0)).toEqual([]);
        const retract = { op: "retract", session: sessionId("a") } as const;
        await committed({ transcript: [{ ...retract, turn: turnId("t2"), id: "t2:1" }] });
        expect(await ids(9)).toEqual(["t1:1@9", "t2:2@1", "t3:1@1"]);
        await committed({
          transcript: [put(said("t2:3", "t2")), { ...retract, turn: turnId("t2"), id: null }],
        });
        expect(await ids(9)).toEqual(["t1:1@9", "t3:1@1", "t2:3@1"]);
      });

      it("[S07] events of one session and of all are one row each, in the order of the writes", async () => {
        const first = await engine.commit({ events: [event("a", 1), event("b", 2)] });
        await committed({ events: [event("a", 3)] });
        await again();
        const all = await engine.events({ after: 0, key: null, limit: 9 });
        expect(all.map((one) => one.at)).toEqual([1, 2, 3]);
        expect(first).toEqual({ outcome: "committed", events: all.slice(0, 2) });
        const mine = await engine.events({ after: 0, key: key("a"), limit: 9 });
        expect(mine).toEqual(all.filter((one) => one.key === key("a")));
        const after = all[0]?.seq ?? 0;
        expect(await engine.events({ after, key: key("a"), limit: 9 })).toEqual(all.slice(2));
        expect(await engine.events({ after: 0, key: null, limit: 1 })).toEqual(all.slice(0, 1));
      });

      it("boots and processes are put and removed by their ids", async () => {
        const boot = (name: string, startedAt: number) => bootRow(name, { startedAt });
        const process = { pid: 12, startTime: "77", boot: BOOT, marker: "m" };
        await committed({
          boot: boot("x", 1),
          processes: { put: [process, { ...process, pid: 13 }], gone: [] },
        });
        await committed({ boot: boot("y", 2), processes: { put: [], gone: [13] } });
        await committed({ boot: { ...boot("x", 1), ended: "clean" } });
        await again();
        expect(await engine.boots(9)).toEqual([boot("y", 2), { ...boot("x", 1), ended: "clean" }]);
        expect(await engine.boots(1)).toHaveLength(1);
        expect(await engine.processes()).toEqual([process]);
      });
    });

    describe("a span of time", () => {
      const span = (from: number, until: number, limit = 9) => ({ from, until, limit });

      it("a boot keeps the times that are stored, and has its drains", async () => {
        const drain = {
          boot: bootId("x"),
          beganAt: 50,
          next: "restart",
          by: "ann",
          timedOutAt: null,
          endedAt: null,
          end: null,
        } as const;
        await committed({ boot: bootRow("x", { startedAt: 10 }) });
        await committed({ boot: bootRow("x", { startedAt: 10, readyAt: 12 }) });
        await committed({ drain: { ...drain, beganAt: 70, next: "stop" } });
        await committed({ drain });
        await committed({ boot: bootRow("x", { startedAt: 10, ended: "planned", endedAt: 90 }) });
        await committed({ drain: { ...drain, timedOutAt: 60, endedAt: 61, end: "replaced" } });
        await again();
        expect(await engine.lives(span(0, 100))).toEqual([
          {
            ...bootRow("x", { startedAt: 10, readyAt: 12, ended: "planned", endedAt: 90 }),
            drains: [
              { ...drain, timedOutAt: 60, endedAt: 61, end: "replaced" },
              { ...drain, beganAt: 70, next: "stop" },
            ],
          },
        ]);
      });

      it("boots of a span are those that may have lived in it, and the one after", async () => {
        for (const [place, name] of ["a", "b", "c", "d"].entries()) {
          await committed({ boot: bootRow(name, { startedAt: 100 * (place + 1) }) });
        }
        const names = async (from: number, until: number, limit?: number) =>
          (await engine.lives(span(from, until, limit))).map((boot) => boot.id);
        expect(await names(250, 280)).toEqual([bootId("b"), bootId("c")]);
        expect(await names(200, 300)).toEqual([bootId("b"), bootId("c")]);
        expect(await names(0, 50)).toEqual([bootId("a")]);
        expect(await names(0, 999)).toEqual(["a", "b", "c", "d"].map(bootId));
        expect(await names(0, 999, 2)).toEqual([bootId("c"), bootId("d")]);
        expect(await names(999, 1000)).toEqual([bootId("d")]);
      });

      it("old boots and their drains are removed, but for the latest hundred", async () => {
        const drain = {
          next: "stop",
          by: "ann",
          timedOutAt: null,
          endedAt: null,
          end: null,
        } as const;
        for (let number = 1; number <= 104; number += 1) {
          const boot = bootRow(`${number}`, { startedAt: number });
          await committed({ boot, drain: { ...drain, boot: boot.id, beganAt: number } });
        }
        const before = { inbox: 0, outbox: 0, events: 0, turns: 4 };
        expect(await engine.prune(before, 5)).toBe(5);
        expect(await engine.prune(before, 5)).toBe(1);
        const left = await engine.lives(span(0, 999, 999));
        expect(left.map((boot) => boot.startedAt)).toEqual(
          Array.from({ length: 101 }, (_, index) => index + 4),
        );
        expect(left.every((boot) => boot.drains.length === 1)).toBe(true);
        expect(await engine.prune({ ...before, turns: 999 }, 9)).toBe(2);
        expect(await engine.lives(span(0, 999, 999))).toHaveLength(100);
      });

      it("the last sign of life is the latest time of what was written", async () => {
        expect(await engine.lastSign()).toBeNull();
        await committed({ boot: bootRow("x", { startedAt: 10 }) });
        expect(await engine.lastSign()).toBe(10);
        await committed({ events: [event("a", 20)] });
        expect(await engine.lastSign()).toBe(20);
        await committed({ transcript: [{ op: "put", entry: said("t:1", "t", { at: 30 }) }] });
        expect(await engine.lastSign()).toBe(30);
        await engine.accept([item("m", "a", { receivedAt: 40 })], LIMIT);
        expect(await engine.lastSign()).toBe(40);
        const lease = await engine.lease("r", 500);
        expect(await engine.lastSign()).toBe(1000);
        clock.set(1200);
        await lease?.renew();
        expect(await engine.lastSign()).toBe(1200);
      });

      it("turns of a span are those that were open at some time of it, the latest first", async () => {
        const put = (name: string, startedAt: number, endedAt: number | null) =>
          committed({
            turn: turn(name, name, {
              startedAt,
              endedAt,
              ...(endedAt !== null && { phase: "ended", outcome: "completed" }),
            }),
          });
        await put("before", 10, 19);
        await put("into", 10, 25);
        await put("within", 22, 24);
        await put("across", 10, 90);
        await put("after", 30, 40);
        await put("open", 5, null);
        await put("later", 50, null);
        const names = async (limit?: number) =>
          (await engine.turnsBetween(span(20, 30, limit))).map((one) => one.id);
        expect(await names()).toEqual(["open", "across", "into", "within"].map(turnId));
        expect(await names(2)).toEqual(["open", "across"].map(turnId));
        expect(await names(1)).toEqual([turnId("open")]);
      });

      it("events from a time on are found by the number before them", async () => {
        expect(await engine.eventsFrom(5)).toBe(0);
        for (let at = 10; at < 20; at += 1) await committed({ events: [event("a", at)] });
        const from = async (at: number) =>
          (await engine.events({ after: await engine.eventsFrom(at), key: null, limit: 99 })).map(
            (one) => one.at,
          );
        expect(await from(0)).toHaveLength(10);
        expect(await from(15)).toEqual([15, 16, 17, 18, 19]);
        expect(await from(19)).toEqual([19]);
        expect(await from(20)).toEqual([]);
      });
    });

    describe("sessions", () => {
      it("sessions are listed by their latest write, page after page, by status", async () => {
        for (const [place, chat] of ["a", "b", "c", "d", "e"].entries()) {
          const more = {
            touchedAt: chat === "c" ? 1 : place,
            turn: chat < "c" ? running(chat) : null,
          };
          await committed({ session: session(chat, 1, more) });
        }
        const all: string[] = [];
        let after: string | null = null;
        do {
          const page = await engine.sessions({ statuses: null, limit: 2, after });
          all.push(...page.items.map((one) => one.key));
          after = page.next;
        } while (after !== null);
        expect(all).toEqual(["e", "d", "c", "b", "a"].map(key));
        const busy = await engine.sessions({
          statuses: ["running", "suspended"],
          limit: 9,
          after: null,
        });
        expect(busy.items.map((one) => one.key)).toEqual([key("b"), key("a")]);
        await committed({ session: session("a", 2, { touchedAt: 50 }) });
        const idle = await engine.sessions({ statuses: ["idle"], limit: 1, after: null });
        expect(idle.items.map((one) => one.key)).toEqual([key("a")]);
      });

      it("a forgotten session leaves nothing but the memory of its messages", async () => {
        await accept("m1", "m2");
        const past = { id: sessionId("old"), why: "new", at: 1, mark: null, turns: 1 } as const;
        await committed({ session: session("a", 1, { id: sessionId("old") }) });
        await committed({
          session: session("a", 2, { past: [past] }),
          turn: turn("t"),
          inbox: [
            { id: messageId("m1"), from: "queued", to: "adopted", turn: turnId("t"), reason: null },
          ],
          transcript: [
            { op: "put", entry: said("t:1", "t") },
            { op: "put", entry: said("o:1", "o", { session: sessionId("old") }) },
            { op: "put", entry: said("b:1", "b", { session: sessionId("b") }) },
          ],
          requests: [request("q")],
          events: [event("a"), event("b")],
        });
        await committed({ session: session("b", 1), turn: turn("b", "b") });
        await engine.forget(key("a"));
        await again();
        expect(await engine.session(key("a"))).toBeNull();
        expect(
          (await engine.sessions({ statuses: null, limit: 9, after: null })).items,
        ).toHaveLength(1);
        expect(await engine.openTurns()).toEqual([turn("b", "b")]);
        expect(await engine.transcript(sessionId("a"), 9)).toEqual([]);
        expect(await engine.transcript(sessionId("old"), 9)).toEqual([]);
        expect(await engine.transcript(sessionId("b"), 9)).toHaveLength(1);
        expect(await engine.request(requestId("q"))).toBeNull();
        expect(await engine.events({ after: 0, key: null, limit: 9 })).toHaveLength(1);
        expect(await engine.message(messageId("m1"))).toMatchObject({ state: "done" });
        expect(await engine.message(messageId("m2"))).toMatchObject({ state: "dead" });
        expect(await engine.accept([item("m2")], LIMIT)).toMatchObject([{ outcome: "duplicate" }]);
        await committed({ session: session("a", 1) });
      });
    });

    describe("keyed", () => {
      it("a value is replaced whole, removed by null, and each space is its own", async () => {
        const put = (space: "settings" | "access", name: string, value: unknown) =>
          committed({ keyed: [{ space, key: name, value, ttlMs: null }] });
        await put("settings", "k", { a: 1, text: ":colon" });
        await put("settings", "settings:k", "another");
        await put("access", "k", ["x"]);
        await put("settings", "zero", 0);
        await put("settings", "no", false);
        await again();
        expect(await engine.keyed("settings", "k")).toEqual({ a: 1, text: ":colon" });
        expect(await engine.keyed("settings", "settings:k")).toBe("another");
        expect(await engine.keyed("access", "k")).toEqual(["x"]);
        expect(await engine.keyed("settings", "zero")).toBe(0);
        expect(await engine.keyed("settings", "no")).toBe(false);
        await put("settings", "k", null);
        expect(await engine.keyed("settings", "k")).toBeNull();
        expect(await engine.keyed("grant", "k")).toBeNull();
      });

      it("the keys of a space are listed without those of another", async () => {
        const put = (space: "grant" | "access", key: string, value: unknown) =>
          committed({ keyed: [{ space, key, value, ttlMs: null }] });
        await put("grant", "local:bot:2", 1);
        await put("grant", "local:bot:1:", 1);
        await put("access", "local:bot:3", 1);
        await put("grant", "local:bot:4", 1);
        await put("grant", "local:bot:4", null);
        await again();
        expect(await engine.keys("grant")).toEqual(["local:bot:1:", "local:bot:2"]);
        expect(await engine.keys("settings")).toEqual([]);
      });

      it("a value is gone when its time is over, by the clock that was given", async () => {
        const keyed = [{ space: "dedupe", key: "k", value: "v", ttlMs: 50 }] as const;
        await committed({ keyed });
        clock.set(1_049);
        expect(await engine.keyed("dedupe", "k")).toBe("v");
        clock.set(1_050);
        expect(await engine.keyed("dedupe", "k")).toBeNull();
        await committed({ keyed: [{ ...keyed[0], ttlMs: null }] });
        clock.set(9_999);
        expect(await engine.keyed("dedupe", "k")).toBe("v");
      });
    });

    describe("prune", () => {
      const none = { inbox: 0, outbox: 0, events: 0, turns: 0 };

      it("only settled rows that are old enough go, a bounded number at a time", async () => {
        await accept("m1", "m2", "m3", "m4");
        await committed({
          inbox: ["m1", "m2", "m3"].map((one) => ({
            id: messageId(one),
            from: "queued" as const,
            to: "done" as const,
            turn: null,
            reason: null,
          })),
          outbox: [
            reply("sent", null, { state: "sent", settledAt: 30 }),
            reply("young", null, { state: "sent", settledAt: 300 }),
            reply("open"),
          ],
          events: [event("a", 30), event("a", 300)],
          turn: turn("t", "a", ended),
        });
        await committed({ turn: turn("open") });
        expect(await engine.prune({ ...none, inbox: 10 }, 10)).toBe(0);
        expect(await engine.prune({ ...none, inbox: 11 }, 2)).toBe(2);
        expect(await engine.prune({ ...none, inbox: 11 }, 2)).toBe(1);
        expect(await engine.prune({ inbox: 0, outbox: 100, events: 100, turns: 101 }, 10)).toBe(3);
        expect((await engine.queue(key("a"), 9)).map((one) => one.id)).toEqual([messageId("m4")]);
        expect(await engine.outboxRow(outboxId("sent"))).toBeNull();
        expect(await engine.outboxRow(outboxId("young"))).not.toBeNull();
        expect(await engine.outboxRow(outboxId("open"))).not.toBeNull();
        expect(await engine.events({ after: 0, key: null, limit: 9 })).toHaveLength(1);
        expect(await engine.openTurns()).toHaveLength(1);
      });

      it("the turn that a mark names is kept", async () => {
        const mark = {
          kind: "resume_pending",
          interruption: "crash",
          turn: turnId("t"),
          generation: 1,
          since: 1,
          tries: 0,
        } as const;
        await committed({ session: session("a", 1, { mark }), turn: turn("t", "a", ended) });
        expect(await engine.prune({ ...none, turns: 999 }, 9)).toBe(0);
        await committed({ session: session("a", 2) });
        expect(await engine.prune({ ...none, turns: 999 }, 9)).toBe(1);
      });

      it("conversations are told by when they began, with the time of what was said last", async () => {
        await committed({
          session: session("b", 1),
          transcript: [
            { op: "put", entry: said("1", "t", { session: sessionId("b"), at: 5 }) },
            { op: "put", entry: said("2", "t", { session: sessionId("b"), at: 7 }) },
          ],
        });
        await committed({ session: session("a", 1) });
        const all = [
          { session: sessionId("a"), key: key("a"), lastAt: null },
          { session: sessionId("b"), key: key("b"), lastAt: 7 },
        ];
        expect(await engine.conversations({ after: null, limit: 9 })).toEqual(all);
        expect(await engine.conversations({ after: null, limit: 1 })).toEqual(all.slice(0, 1));
        expect(await engine.conversations({ after: sessionId("a"), limit: 1 })).toEqual(
          all.slice(1),
        );
      });

      it("what was said in an archived conversation goes a slice at a time, and nothing of another", async () => {
        const lines = ["1", "2", "3"].map((id) => ({ op: "put", entry: said(id, "t") }) as const);
        const other = said("1", "t", { session: sessionId("b") });
        await committed({ session: session("a", 1), transcript: lines });
        await committed({
          session: session("b", 1),
          transcript: [{ op: "put", entry: other }],
        });
        expect(await engine.prune(none, 9)).toBe(0);

        await committed({
          session: session("a", 2, { id: sessionId("fresh") }),
          archived: sessionId("a"),
        });
        const left = await engine.conversations({ after: null, limit: 9 });
        expect(left.map((one) => one.session)).toEqual([sessionId("b"), sessionId("fresh")]);
        expect(await engine.prune(none, 2)).toBe(2);
        await again();
        expect(await engine.entries(sessionId("a"), { after: 0, limit: 9 })).toHaveLength(1);
        expect(await engine.prune(none, 9)).toBe(2);
        expect(await engine.prune(none, 9)).toBe(0);
        expect(await engine.transcript(sessionId("a"), 9)).toEqual([]);
        expect(await engine.transcript(sessionId("b"), 9)).toEqual([other]);
        expect(await engine.session(key("a"))).toMatchObject({ id: sessionId("fresh") });
      });

      it("a conversation is not archived while a message waits on its key, nor on an entry that changed", async () => {
        await committed({ session: session("a", 1) });
        await accept("m1");
        await fenced({ archived: sessionId("a") });
        await committed({
          inbox: [{ id: messageId("m1"), from: "queued", to: "done", turn: null, reason: null }],
        });
        await fenced({ session: session("a", 1), archived: sessionId("a") });
        expect(await engine.conversations({ after: null, limit: 9 })).toHaveLength(1);
        await committed({ session: session("a", 2), archived: sessionId("a") });
        expect(await engine.conversations({ after: null, limit: 9 })).toEqual([]);
      });

      it("the entries of a conversation are read in pages, in their order", async () => {
        const lines = ["1", "2", "3"].map((id) => ({ op: "put", entry: said(id, "t") }) as const);
        await committed({ session: session("a", 1), transcript: lines });
        const first = await engine.entries(sessionId("a"), { after: 0, limit: 2 });
        expect(first.map(({ entry }) => entry)).toEqual([said("1", "t"), said("2", "t")]);
        const after = first.at(-1)?.seq ?? Number.NaN;
        const rest = await engine.entries(sessionId("a"), { after, limit: 2 });
        expect(rest.map(({ entry }) => entry)).toEqual([said("3", "t")]);
        expect(await engine.entries(sessionId("b"), { after: 0, limit: 2 })).toEqual([]);
      });

      it("values whose time is over go, and numbers are not given twice", async () => {
        await committed({
          keyed: [
            { space: "dedupe", key: "short", value: 1, ttlMs: 5 },
            { space: "dedupe", key: "long", value: 1, ttlMs: 5_000 },
          ],
          events: [event("a", 1)],
        });
        const [before] = await engine.events({ after: 0, key: null, limit: 1 });
        clock.set(2_000);
        expect(await engine.prune({ ...none, events: 999 }, 9)).toBe(2);
        expect(await engine.prune(none, 9)).toBe(0);
        expect(await engine.keyed("dedupe", "long")).toBe(1);
        await again();
        await committed({ events: [event("a", 2)] });
        const [after] = await engine.events({ after: 0, key: null, limit: 1 });
        expect(after?.seq).toBeGreaterThan(before?.seq ?? Number.NaN);
      });
    });

    describe("lease", () => {
      it("a lease is held against other boots until it is released or not renewed", async () => {
        const mine = await engine.lease("token", 100);
        expect(await mine?.renew()).toBe(true);
        await again(bootId("two"));
        expect(await engine.lease("token", 100)).toBeNull();
        clock.set(1_101);
        const theirs = await engine.lease("token", 100);
        expect(theirs?.fence).toBeGreaterThan(mine?.fence ?? Number.NaN);
        await theirs?.release();
        expect(await theirs?.renew()).toBe(false);
        await again(bootId("three"));
        const third = await engine.lease("token", 100);
        expect(third?.fence).toBeGreaterThan(theirs?.fence ?? Number.NaN);
      });

      it("a lease that was taken by another is lost", async () => {
        const mine = await engine.lease("token", 100);
        const next = await engine.lease("token", 100);
        expect(await mine?.renew()).toBe(false);
        await mine?.release();
        expect(await next?.renew()).toBe(true);
      });

      it("who is alone takes the leases of dead boots at once", async () => {
        await engine.lease("token", 1_000_000);
        await again(bootId("two"), true);
        expect(await engine.lease("token", 100)).not.toBeNull();
      });
    });

    describe("close", () => {
      it("writes that were asked for before the close are kept, later ones refused", async () => {
        const write = engine.accept([item("m1")], LIMIT);
        const closing = [engine.close(), engine.close()];
        await expect(engine.accept([item("m2")], LIMIT)).rejects.toMatchObject({
          code: "store_closed",
        });
        await expect(engine.session(key("a"))).rejects.toMatchObject({ code: "store_closed" });
        expect(await write).toMatchObject([{ outcome: "new" }]);
        await Promise.all(closing);
        await again();
        expect(await engine.queue(key("a"), 9)).toHaveLength(1);
      });
    });
  });
}
