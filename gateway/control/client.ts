import type { z } from "zod";
import { SluiceError } from "../../sessions/errors.ts";
import type { RequestRow, StoredEvent, StoredOutboxRow } from "../../sessions/rows.ts";
import type { BookedGrant } from "../approvals/grant-book.ts";
import type { Fate } from "../fate.ts";
import type {
  AnswerDecision,
  AnswerReport,
  DeadLetter,
  DrainReport,
  DrainRequest,
  ReloadReport,
  RestartPlan,
  SessionReport,
  SessionSummary,
  StatusReport,
} from "../operations.ts";
import type { SessionExport } from "../report/session-export.ts";
import type { Timeline, TimelineQuery } from "../report/timeline.ts";
import { accessClient } from "./access-client.ts";
import type { AccessClient } from "./access-client.ts";
import * as shapes from "./answer-shapes.ts";
import { eventsOf } from "./event-stream.ts";
import { bodyText, sendToSocket, unreachable } from "./socket-request.ts";

/**
 * The operations as another process sees them. Each call rejects with `control_unreachable` when no
 * gateway answers and with `control_refused` when it answers no. Keys and ids are text here: the
 * gateway judges them.
 */
export interface ControlClient {
  status(): Promise<StatusReport>;
  plan(): Promise<RestartPlan>;
  drain(request: DrainRequest): Promise<DrainReport>;
  drainReport(): Promise<DrainReport | null>;
  undrain(): Promise<DrainReport | null>;
  reload(): Promise<ReloadReport>;
  sessions(query: SessionsQuery): Promise<SessionsPage>;
  summary(key: string): Promise<SessionSummary>;
  session(key: string): Promise<SessionReport>;
  exportSession(key: string): Promise<SessionExport>;
  /** False: nothing to do. */
  release(key: string): Promise<boolean>;
  resume(key: string): Promise<boolean>;
  forget(key: string): Promise<boolean>;
  stopTurn(key: string): Promise<boolean>;
  requests(): Promise<readonly RequestRow[]>;
  answer(request: string, decision: AnswerDecision, by: string): Promise<AnswerReport>;
  grants(): Promise<readonly BookedGrant[]>;
  /** By its id. False: there is none. */
  revoke(grant: string): Promise<boolean>;
  outbox(limit: number): Promise<readonly StoredOutboxRow[]>;
  deadLetters(limit: number): Promise<readonly DeadLetter[]>;
  retry(id: string): Promise<boolean>;
  drop(id: string): Promise<boolean>;
  readonly access: AccessClient;
  fate(message: string): Promise<Fate>;
  timeline(query: TimelineQuery): Promise<Timeline>;
  events(query: {
    readonly after: number;
    readonly key: string | null;
    readonly limit: number;
  }): Promise<readonly StoredEvent[]>;
  /** After `seq`, until the gateway closes the socket or the signal is aborted. */
  feed(after: number, key: string | null, signal: AbortSignal): AsyncIterable<StoredEvent>;
}

export interface SessionsQuery {
  readonly status: string | null;
  readonly limit: number;
  readonly after: string | null;
}

export interface SessionsPage {
  readonly items: readonly SessionSummary[];
  readonly next: string | null;
}

/** How long a gateway may take for an answer before it counts as unreachable. */
const ANSWER_MS = 10_000;

/** Opens nothing yet: each call is a connection of its own. */
export function connectControl(socket: string, signal?: AbortSignal): ControlClient {
  const call = async <Shape extends z.ZodType>(
    shape: Shape,
    call: Call,
  ): Promise<z.output<Shape>> => {
    const limit = AbortSignal.timeout(ANSWER_MS);
    try {
      const response = await sendToSocket({
        socket,
        ...call,
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      });
      return parseAnswer(shape, response.statusCode ?? 0, await bodyText(response, socket));
    } catch (error) {
      if (!limit.aborted || signal?.aborted === true) throw error;
      throw unreachable(socket, new Error(`no answer within ${ANSWER_MS / 1000} s`));
    }
  };
  const get = <Shape extends z.ZodType>(shape: Shape, path: string): Promise<z.output<Shape>> =>
    call(shape, { method: "GET", path });
  const post = <Shape extends z.ZodType>(
    shape: Shape,
    path: string,
    body?: unknown,
  ): Promise<z.output<Shape>> => call(shape, { method: "POST", path, body });
  const act = async (path: string): Promise<boolean> => (await post(shapes.doneAnswer, path)).done;

  return {
    status: () => get(shapes.statusAnswer, "/v1/status"),
    plan: () => get(shapes.planAnswer, "/v1/plan"),
    drain: async (request) => (await post(shapes.drainAnswer, "/v1/drain", request)).drain,
    drainReport: async () => (await get(shapes.drainOrNoneAnswer, "/v1/drain")).drain,
    undrain: async () => (await post(shapes.drainOrNoneAnswer, "/v1/undrain")).drain,
    reload: () => post(shapes.reloadAnswer, "/v1/reload"),
    sessions: (query) => get(shapes.sessionsAnswer, `/v1/sessions${queryText({ ...query })}`),
    summary: (key) => get(shapes.summaryAnswer, `/v1/sessions/${encodeURIComponent(key)}/summary`),
    session: (key) => get(shapes.sessionAnswer, `/v1/sessions/${encodeURIComponent(key)}`),
    exportSession: (key) =>
      get(shapes.exportAnswer, `/v1/sessions/${encodeURIComponent(key)}/export`),
    release: (key) => act(`/v1/sessions/${encodeURIComponent(key)}/release`),
    resume: (key) => act(`/v1/sessions/${encodeURIComponent(key)}/resume`),
    forget: (key) => act(`/v1/sessions/${encodeURIComponent(key)}/forget`),
    stopTurn: (key) => act(`/v1/sessions/${encodeURIComponent(key)}/stop`),
    requests: async () => (await get(shapes.requestsAnswer, "/v1/requests")).items,
    answer: (request, decision, by) =>
      post(shapes.answerAnswer, `/v1/requests/${encodeURIComponent(request)}/answer`, {
        decision,
        by,
      }),
    grants: async () => (await get(shapes.grantsAnswer, "/v1/grants")).items,
    revoke: (grant) => act(`/v1/grants/${encodeURIComponent(grant)}/revoke`),
    outbox: async (limit) =>
      (await get(shapes.outboxAnswer, `/v1/outbox${queryText({ limit })}`)).items,
    deadLetters: async (limit) =>
      (await get(shapes.deadLettersAnswer, `/v1/deadletters${queryText({ limit })}`)).items,
    retry: (id) => act(`/v1/deadletters/${encodeURIComponent(id)}/retry`),
    drop: (id) => act(`/v1/deadletters/${encodeURIComponent(id)}/drop`),
    access: accessClient({ get, post }),
    fate: (message) => get(shapes.fateAnswer, `/v1/messages/${encodeURIComponent(message)}/fate`),
    timeline: (query) => get(shapes.timelineAnswer, `/v1/timeline${queryText({ ...query })}`),
    events: async (query) =>
      (await get(shapes.eventsAnswer, `/v1/events${queryText({ ...query })}`)).items,
    async *feed(after, key, until) {
      const response = await sendToSocket({
        socket,
        method: "GET",
        path: `/v1/feed${queryText({ after, key })}`,
        signal: until,
      });
      const status = response.statusCode ?? 0;
      if (status !== 200) throw refused(status, await bodyText(response, socket));
      for await (const event of eventsOf(response, until)) {
        yield parseAnswer(shapes.eventAnswer, status, event);
      }
    },
  };
}

interface Call {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: unknown;
}

function parseAnswer<Shape extends z.ZodType>(
  shape: Shape,
  status: number,
  text: string,
): z.output<Shape> {
  if (status !== 200) throw refused(status, text);
  const parsed = shape.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new SluiceError("control_refused", "The gateway answered something else than expected", {
    advice: "use a sluice of the same version as the gateway, or restart the gateway",
    cause: parsed.error,
  });
}

function refused(status: number, text: string): SluiceError {
  const fault = shapes.faultAnswer.safeParse(parseJson(text));
  const error = fault.success ? fault.data.error : null;
  return new SluiceError("control_refused", error?.message ?? `The gateway answered ${status}`, {
    advice: error?.advice ?? "see the gateway's log",
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function queryText(query: Readonly<Record<string, string | number | null>>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null) given.set(name, String(value));
  }
  return given.size === 0 ? "" : `?${given.toString()}`;
}
