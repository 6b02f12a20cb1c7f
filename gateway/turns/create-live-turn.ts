import type { TurnPapers } from "../../sessions/engine.ts";
import type { SessionId, SessionKey } from "../../sessions/ids.ts";
import type { ActiveTurn } from "../../sessions/machine/state.ts";
import type { Address, OutboundFile } from "../../sessions/message.ts";
import type { WorkerTurn } from "../../workers/worker.ts";
import type { Core } from "../core.ts";
import { checkpoint } from "./follow.ts";
import type { LiveTurn } from "./live-turn.ts";
import { createProgress } from "./progress.ts";
import { createTurnRecord } from "./record.ts";
import { createAnswerStream } from "./stream.ts";

export interface Start {
  readonly key: SessionKey;
  readonly session: SessionId;
  readonly turn: ActiveTurn;
  readonly address: Address;
  readonly input: WorkerTurn;
  readonly papers: TurnPapers;
  /** Entries that the turn has written so far. */
  readonly entries: number;
  /** Kept by an earlier worker of this turn. */
  readonly files: readonly OutboundFile[];
  answer(live: LiveTurn, ask: string, decision: "allow" | "deny"): void;
}

/** A turn that is about to be computed here. */
export function createLiveTurn(core: Core, start: Start): LiveTurn {
  const { key, session, turn, address, input, papers } = start;
  const now = core.clock.monotonic();
  const record = createTurnRecord({ session, turn: turn.id, from: start.entries });
  const first = papers.items[0]?.message;
  const live: LiveTurn = {
    key,
    session,
    turn: turn.id,
    generation: turn.generation,
    address,
    input,
    record,
    stream: createAnswerStream(core, {
      key,
      turn: turn.id,
      address,
      replyTo: first?.externalId ?? null,
      isGroup: first?.scope === "group",
      keep: () => checkpoint(core, record),
      draft: papers.outbox.find((row) => row.state === "draft") ?? null,
    }),
    abort: new AbortController(),
    isFetching: false,
    isWaiting: false,
    startedAt: now,
    papers,
    worker: null,
    workerName: turn.worker ?? core.settings.defaultWorker,
    isAccepted: false,
    seenAt: now,
    isSilenceTold: false,
    openTools: 0,
    asked: new Map(),
    askedAt: now,
    answer: (ask, decision) => start.answer(live, ask, decision),
    refused: [],
    files: [...start.files],
    remarks: [],
    progress:
      core.networks.settings(address.network)?.progress === "line"
        ? createProgress(core.texts)
        : null,
    usage: null,
  };
  return live;
}
