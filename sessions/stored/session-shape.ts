import { z } from "zod";
import type {
  ActiveTurn,
  BusyMode,
  Interruption,
  Mark,
  PastConversation,
  Session,
  StopCause,
  TurnOutcome,
} from "../machine/state.ts";
import { bootIdShape, keyShape, requestIdShape, sessionIdShape, turnIdShape } from "./id-shape.ts";
import { byTag, oneOf } from "./one-of.ts";

export const interruptionShape = oneOf<Interruption>({
  restart_timeout: true,
  shutdown_timeout: true,
  crash: true,
  worker_lost: true,
  stalled: true,
});

export const outcomeShape = oneOf<TurnOutcome>({
  completed: true,
  failed: true,
  cancelled: true,
  interrupted: true,
});

const turnBase = {
  id: turnIdShape,
  generation: z.number(),
  attempt: z.number(),
  owner: bootIdShape,
  fence: z.number(),
  noted: z.boolean(),
  worker: z.string().exactOptional(),
  startedAt: z.number(),
};

const activeTurn = byTag<ActiveTurn>("phase", {
  starting: z.looseObject({ ...turnBase, phase: z.literal("starting"), begun: z.boolean() }),
  running: z.looseObject({ ...turnBase, phase: z.literal("running") }),
  awaiting_input: z.looseObject({
    ...turnBase,
    phase: z.literal("awaiting_input"),
    requests: z.array(requestIdShape),
    allowed: z.array(requestIdShape),
    detached: z.boolean(),
  }),
  interrupting: z.looseObject({
    ...turnBase,
    phase: z.literal("interrupting"),
    stop: oneOf<StopCause>({ person: true, newer_message: true, operator: true }),
  }),
} satisfies Record<ActiveTurn["phase"], z.ZodType<ActiveTurn>>);

const markBase = { interruption: interruptionShape, turn: turnIdShape, since: z.number() };

const mark = byTag<Mark>("kind", {
  resume_pending: z.looseObject({
    ...markBase,
    kind: z.literal("resume_pending"),
    generation: z.number(),
    tries: z.number(),
  }),
  suspended: z.looseObject({ ...markBase, kind: z.literal("suspended") }),
} satisfies Record<Mark["kind"], z.ZodType<Mark>>);

const past: z.ZodType<PastConversation> = z.looseObject({
  id: sessionIdShape,
  why: oneOf<PastConversation["why"]>({ new: true, suspended: true, resumed_other: true }),
  at: z.number(),
  mark: mark.nullable(),
  turns: z.number(),
});

export const sessionShape: z.ZodType<Session> = z.looseObject({
  key: keyShape,
  id: sessionIdShape,
  revision: z.number(),
  turn: activeTurn.nullable(),
  mark: mark.nullable(),
  last: z.looseObject({ turn: turnIdShape, outcome: outcomeShape, at: z.number() }).nullable(),
  cuts: z.number(),
  turns: z.number(),
  past: z.array(past),
  settings: z.looseObject({
    mode: oneOf<BusyMode>({ queue: true, steer: true, interrupt: true, collect: true }).nullable(),
    worker: z.string().nullable(),
  }),
  createdAt: z.number(),
  touchedAt: z.number(),
});
