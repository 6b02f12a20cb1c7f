import type { Committed, Unit } from "../engine.ts";
import type { SessionKey } from "../ids.ts";
import { keyShape } from "../stored/id-shape.ts";
import { putBoot, putDrain } from "./boots.ts";
import type { Connection } from "./connection.ts";
import { archiveConversation, fenceOfArchive } from "./conversations.ts";
import { changeItem, fenceOfItem } from "./inbox.ts";
import { fenceOfOutbox, putOutbox } from "./outbox.ts";
import { appendEvent, putProcess, removeProcess } from "./records.ts";
import { fenceOfRequest, putRequest } from "./requests.ts";
import { fenceOfSession, putSession } from "./session-entries.ts";
import { writeKeyed } from "./spaces.ts";
import type { KeyedStore } from "./spaces.ts";
import type { PlacedWrite } from "./tails.ts";
import { writeTranscript } from "./transcript.ts";
import { fenceOfClaim, fenceOfTurn, putTurn } from "./turns.ts";

export interface Written {
  readonly committed: Committed;
  readonly transcript: readonly PlacedWrite[];
  /** Sessions that have a message queued again. */
  readonly requeued: readonly SessionKey[];
}

/** Inside a transaction. All fences are looked at before anything is written. */
export async function writeUnit(
  store: KeyedStore,
  unit: Unit,
  options: { readonly isClaim: boolean; readonly now: number },
): Promise<Written> {
  const why = fenceOf(store.connection, unit, options.isClaim);
  if (why !== null) return { committed: { outcome: "fenced", why }, transcript: [], requeued: [] };

  const { connection } = store;
  if (unit.session !== undefined) await putSession(store, unit.session);
  if (unit.turn !== undefined) putTurn(connection, unit.turn);
  const requeued = (unit.inbox ?? []).map((change) => changeItem(connection, change));
  const transcript = inOrder(unit.transcript ?? []).map((write) => ({
    write,
    seq: writeTranscript(connection, write),
  }));
  for (const row of unit.outbox ?? []) putOutbox(connection, row);
  for (const request of unit.requests ?? []) putRequest(connection, request);
  for (const write of unit.keyed ?? []) await writeKeyed(store, write, options.now);
  if (unit.archived !== undefined) archiveConversation(connection, unit.archived);
  if (unit.boot !== undefined) putBoot(connection, unit.boot);
  if (unit.drain !== undefined) putDrain(connection, unit.drain);
  for (const pid of unit.processes?.gone ?? []) removeProcess(connection, pid);
  for (const process of unit.processes?.put ?? []) putProcess(connection, process);
  const events = (unit.events ?? []).map((event) => appendEvent(connection, event));
  return {
    committed: { outcome: "committed", events },
    transcript,
    requeued: requeued.flatMap((key) => keyShape.safeParse(key).data ?? []),
  };
}

function fenceOf(connection: Connection, unit: Unit, isClaim: boolean): string | null {
  const fences = [
    () => (unit.session === undefined ? null : fenceOfSession(connection, unit.session)),
    () => (unit.turn === undefined ? null : fenceOfTurn(connection, unit.turn)),
    () => (unit.turn === undefined || !isClaim ? null : fenceOfClaim(connection, unit.turn)),
    () => (unit.archived === undefined ? null : fenceOfArchive(connection, unit.archived)),
    ...(unit.inbox ?? []).map((change) => () => fenceOfItem(connection, change)),
    ...(unit.outboxFrom ?? []).map((from) => () => fenceOfOutbox(connection, from)),
    ...(unit.requests ?? []).map((request) => () => fenceOfRequest(connection, request)),
  ];
  for (const fence of fences) {
    const why = fence();
    if (why !== null) return why;
  }
  return null;
}

/** What is retracted goes before what is put: a turn may write again what it takes back. */
function inOrder<Write extends { readonly op: "put" | "retract" }>(
  writes: readonly Write[],
): readonly Write[] {
  return [
    ...writes.filter((write) => write.op === "retract"),
    ...writes.filter((write) => write.op === "put"),
  ];
}
