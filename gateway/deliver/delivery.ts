import type { Chance, Timer } from "../../sessions/clock.ts";
import { sleep } from "../../sessions/clock.ts";
import { textOf } from "../../sessions/errors.ts";
import type { OutboxId } from "../../sessions/ids.ts";
import type { Address } from "../../sessions/message.ts";
import type { OutboxRow } from "../../sessions/rows.ts";
import type { Core } from "../core.ts";
import { foldStale } from "./digest.ts";
import { sendRow } from "./send-row.ts";
import type { OnAnswer } from "./send-row.ts";

/** Brings the outbox to the chats: in order within a chat, chats side by side, each network while it is connected. */
export interface Delivery {
  /** Rows that were stored as pending. A row offered again takes the place of the earlier one. */
  offer(rows: readonly OutboxRow[]): void;
  /** Takes up what an earlier boot left. */
  load(): Promise<void>;
  /** Decided and not yet confirmed sent. */
  undelivered(): number;
  /** Resolves when nothing more can be delivered within `budgetMs`, at the latest after that. */
  quiet(budgetMs: number): Promise<void>;
  stop(): Promise<void>;
}

interface Lane {
  readonly rows: Map<OutboxId, OutboxRow>;
  work: Promise<void> | null;
  timer: Timer | null;
}

/** A wall clock that jumped must not hold a reply back for longer than this, ms. */
const WAIT_MOST_MS = 60 * 60_000;
const STORE_RETRY_MS = 500;
const QUIET_TICK_MS = 20;
/** Rows whose place is remembered; one that is replaced is one of the latest. */
const REMEMBERED = 1000;

export function createDelivery(core: Core, chance: Chance, onAnswer: OnAnswer): Delivery {
  const lanes = new Map<string, Lane>();
  /** Where this boot has placed its latest rows: whoever replaces one may have read it before that was stored. */
  const placed = new Map<OutboxId, string>();
  const inherited = new Set<OutboxId>();
  const stopping = new AbortController();
  core.networks.onState((adapter) => {
    if (core.networks.canSend(adapter)) for (const lane of lanes.values()) kick(lane);
  });

  function offer(rows: readonly OutboxRow[]): void {
    for (const row of rows) {
      const name = laneOf(row.address);
      const lane = lanes.get(name) ?? { rows: new Map(), work: null, timer: null };
      lanes.set(name, lane);
      if (row.state === "pending" || row.state === "sending") lane.rows.set(row.id, whereItIs(row));
      else lane.rows.delete(row.id);
      kick(lane);
    }
  }

  function whereItIs(row: OutboxRow): OutboxRow {
    const known = row.placed === null ? placed.get(row.id) : undefined;
    return known === undefined ? row : { ...row, placed: known, uncertain: false };
  }

  function remember({ id, placed: now }: OutboxRow): void {
    placed.delete(id);
    if (now === null) return;
    placed.set(id, now);
    for (const [oldest] of placed) {
      if (placed.size <= REMEMBERED) break;
      placed.delete(oldest);
    }
  }

  function kick(lane: Lane): void {
    if (lane.work !== null || stopping.signal.aborted) return;
    lane.timer?.cancel();
    lane.timer = null;
    lane.work = work(lane)
      .catch((error: unknown) => {
        core.log.error({ error: textOf(error) }, "delivery failed");
        lane.timer = core.clock.timer(STORE_RETRY_MS, () => kick(lane));
      })
      .finally(() => {
        lane.work = null;
        if (lane.timer === null && ready(lane) !== null) kick(lane);
      });
  }

  /** The head of a lane, if it can be sent now. */
  function ready(lane: Lane): OutboxRow | null {
    const row = lane.rows.values().next().value;
    if (row === undefined || stopping.signal.aborted) return null;
    const adapter = core.networks.adapter(row.address);
    if (adapter === null || !core.networks.canSend(adapter)) return null;
    return waitOf(row) > 0 ? null : row;
  }

  /** Something of it is on its way, or will be tried again soon enough. */
  function isMoving(lane: Lane, withinMs: number): boolean {
    if (lane.work !== null) return true;
    const head = lane.rows.values().next().value;
    const adapter = head && core.networks.adapter(head.address);
    if (head === undefined || adapter == null || stopping.signal.aborted) return false;
    return core.networks.canSend(adapter) && waitOf(head) <= withinMs;
  }

  function waitOf(row: OutboxRow): number {
    // A row that was never tried is due, whatever the clock says.
    if (row.error === null) return 0;
    return Math.min(row.dueAt - core.clock.now(), WAIT_MOST_MS);
  }

  async function work(lane: Lane): Promise<void> {
    for (;;) {
      const row = ready(lane);
      if (row === null) break;
      const adapter = core.networks.adapter(row.address);
      if (adapter === null) break;
      const jitter = chance.int(1000) / 1000;
      const isInherited = inherited.has(row.id);
      const after = await sendRow(core, row, { adapter, jitter, isInherited, onAnswer });
      remember(after);
      await store(lane, row, after);
    }
    const head = lane.rows.values().next().value;
    if (head !== undefined && waitOf(head) > 0) {
      lane.timer = core.clock.timer(waitOf(head), () => {
        lane.timer = null;
        kick(lane);
      });
    }
  }

  /** What a network has answered is kept until it is stored, however long the disk is full. */
  async function store(lane: Lane, row: OutboxRow, after: OutboxRow): Promise<void> {
    for (;;) {
      const latest = lane.rows.get(row.id);
      // Replaced while it was on its way: the newer text is due, as an edit of what has just been placed.
      const next =
        latest === row || latest === undefined
          ? after
          : { ...latest, placed: after.placed, uncertain: after.uncertain };
      try {
        await core.engine.commit({ outbox: [next] });
        if (lane.rows.get(row.id) === latest) {
          if (next.state === "pending") lane.rows.set(row.id, next);
          else lane.rows.delete(row.id);
        }
        if (next.state === "dead") {
          core.log.error(
            { outbox: next.id, session: next.key, error: next.error },
            "reply given up",
          );
        }
        core.probe("send_settled");
        return;
      } catch (error) {
        core.log.error({ outbox: row.id, error: textOf(error) }, "sent, but not yet stored");
        if (stopping.signal.aborted) return;
        await sleep(core.clock, STORE_RETRY_MS, stopping.signal);
      }
    }
  }

  return {
    offer,
    async load() {
      const left = await core.engine.outbox({
        states: ["pending", "sending"],
        after: 0,
        limit: 100_000,
      });
      for (const { id } of left) inherited.add(id);
      const fresh = await foldStale(core, left);
      if (left.length > 0) core.probe("redelivery_began");
      offer(fresh);
    },
    undelivered: () => [...lanes.values()].reduce((sum, lane) => sum + lane.rows.size, 0),
    async quiet(budgetMs) {
      const deadline = core.clock.monotonic() + budgetMs;
      for (;;) {
        const leftMs = deadline - core.clock.monotonic();
        if (leftMs <= 0 || ![...lanes.values()].some((lane) => isMoving(lane, leftMs))) return;
        const work = [...lanes.values()].flatMap((lane) => lane.work ?? []);
        const tick = sleep(core.clock, Math.min(QUIET_TICK_MS, leftMs), stopping.signal);
        await (work.length > 0 ? Promise.race([Promise.allSettled(work), tick]) : tick);
      }
    },
    async stop() {
      stopping.abort();
      for (const lane of lanes.values()) lane.timer?.cancel();
      await Promise.allSettled([...lanes.values()].flatMap((lane) => lane.work ?? []));
    },
  };
}

function laneOf({ network, account, chat }: Address): string {
  return `${network}\n${account}\n${chat}`;
}
