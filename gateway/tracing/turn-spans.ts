import type { Attributes, Context, Span, SpanContext, Tracer } from "@opentelemetry/api";

import type { SessionKey, TurnId } from "../../sessions/ids.ts";
import type { SessionEvent } from "../../sessions/machine/events.ts";
import type { Core } from "../core.ts";
import type { Change } from "../dispatch.ts";
import { addressOf } from "../networks.ts";
import type { StagedTurns } from "../turns/runner.ts";
import type { KeptContexts } from "./kept-contexts.ts";
import type { Api } from "./span-time.ts";
import { atMs } from "./span-time.ts";

/** One span for each turn that this boot runs, from the first of its messages to its end; and what lies within. */
export interface TurnSpans {
  changed(change: Change, staged: StagedTurns): void;
  /** What belongs to this turn is within its span, also when that has ended. */
  contextOf(turn: TurnId | null): Context;
  /** The process goes: what waits for a person goes on in another one. */
  leave(): void;
}

export interface TurnSpansOptions extends Pick<Core, "boot" | "clock" | "settings"> {
  readonly api: Api;
  readonly tracer: Tracer;
  readonly names: (key: SessionKey) => string;
  readonly kept: KeptContexts;
  /** For what happens later than a call: what it throws goes no further. */
  readonly safely: (work: () => void) => void;
}

interface OpenSpan {
  readonly span: Span;
  /** From the start of a worker until it has taken the turn. */
  start: Span | null;
}

type Started = Extract<SessionEvent, { type: "turn_started" }>;
type Restarted = Extract<SessionEvent, { type: "turn_restarted" }>;

export function createTurnSpans(options: TurnSpansOptions): TurnSpans {
  const { api, tracer, kept, safely, boot, clock, settings } = options;
  const { trace, ROOT_CONTEXT, SpanKind, SpanStatusCode } = api;
  const open = new Map<TurnId, OpenSpan>();

  function contextOf(turn: TurnId | null): Context {
    const known = turn === null ? null : kept.known(turn);
    return known === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, known);
  }

  function begin(turn: TurnId, startedAt: number, attributes: Attributes): OpenSpan {
    const startTime = atMs(startedAt);
    const kind = SpanKind.CONSUMER;
    const span = tracer.startSpan("sluice.turn", { attributes, startTime, kind }, ROOT_CONTEXT);
    const one = { span, start: null };
    open.set(turn, one);
    kept.remember(turn, span.spanContext());
    return one;
  }

  function child(turn: TurnId, name: string, more: { at: number; attributes: Attributes }): Span {
    const { at, attributes } = more;
    return tracer.startSpan(name, { attributes, startTime: atMs(at) }, contextOf(turn));
  }

  /** The store may have to be asked: it is added when it is found. */
  function link(span: Span, earlier: TurnId): void {
    const known = kept.known(earlier);
    if (known !== null) addLink(span, known);
    else addLater(span, kept.find(earlier));
  }

  function addLater(span: Span, found: ReturnType<KeptContexts["find"]>): void {
    void found.then((context) => safely(() => context && addLink(span, context)));
  }

  function addLink(span: Span, context: SpanContext): void {
    span.addLink({ context, attributes: { "sluice.link": "continues" } });
  }

  function started(change: Change, event: Started, staged: StagedTurns): void {
    const { before, at } = change;
    const { turn } = event;
    const items = staged.get(turn)?.items ?? [];
    const since = Math.min(at, ...items.map(({ receivedAt }) => receivedAt));
    const one = begin(turn, since, {
      ...about(change, turn),
      "sluice.origin": event.origin,
      "sluice.noted": event.noted,
      "sluice.messages": items.length,
    });
    if (before.mark !== null && event.noted) link(one.span, before.mark.turn);
    if (items.length > 0) {
      const attributes = { "sluice.messages": items.length };
      child(turn, "sluice.queue", { at: since, attributes }).end(atMs(at));
    }
    startWorker(change, turn, one);
  }

  function restarted(change: Change, { turn, attempt, generation }: Restarted): void {
    let one = open.get(turn);
    if (one === undefined) {
      // It waited for a person, perhaps through a restart.
      const earlier = kept.find(turn);
      one = begin(turn, change.at, about(change, turn));
      addLater(one.span, earlier);
    }
    one.span.setAttribute("sluice.attempt", attempt);
    one.span.addEvent("worker restarted", { "sluice.generation": generation }, atMs(change.at));
    startWorker(change, turn, one);
  }

  function startWorker({ after, at }: Change, turn: TurnId, one: OpenSpan): void {
    one.start?.end(atMs(at));
    const attributes = {
      "sluice.worker": after.turn?.worker ?? settings.defaultWorker,
      "sluice.attempt": after.turn?.attempt ?? 1,
    };
    one.start = child(turn, "sluice.worker.start", { at, attributes });
  }

  function end(change: Change, turn: TurnId, how: Attributes & { "sluice.outcome": string }): void {
    const { at, before } = change;
    let one = open.get(turn);
    if (one === undefined) {
      // Its process died with its span, or let go of it.
      const since = before.turn?.id === turn ? Math.min(before.turn.startedAt, at) : at;
      one = begin(turn, since, { ...about(change, turn), "sluice.recovered": true });
    }
    const { span, start } = one;
    open.delete(turn);
    start?.end(atMs(at));
    span.setAttributes(how);
    if (how["sluice.outcome"] === "failed") span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(atMs(at));
  }

  function about({ before, after }: Change, turn: TurnId): Attributes {
    const active = [after.turn, before.turn].find((one) => one?.id === turn) ?? null;
    const address = addressOf(after.key);
    return {
      "sluice.session": options.names(after.key),
      ...(address !== null && {
        "sluice.network": address.network,
        "sluice.account": address.account,
      }),
      "sluice.turn": turn,
      "sluice.boot": boot,
      "sluice.worker": active?.worker ?? settings.defaultWorker,
      "sluice.attempt": active?.attempt ?? 1,
    };
  }

  /** The conversation goes on from here, perhaps in another boot. */
  function hand(turn: TurnId): void {
    const context = kept.known(turn);
    if (context !== null) kept.keep(turn, context);
  }

  function heed(change: Change, event: SessionEvent, staged: StagedTurns): void {
    const at = atMs(change.at);
    switch (event.type) {
      case "turn_started":
        return started(change, event, staged);
      case "turn_restarted":
        return restarted(change, event);
      case "turn_accepted": {
        const one = open.get(event.turn);
        one?.start?.end(at);
        if (one !== undefined) one.start = null;
        return;
      }
      case "turn_stopping":
        open.get(event.turn)?.span.addEvent("stopping", { "sluice.cause": event.stop }, at);
        return;
      case "request_opened":
        open.get(event.turn)?.span.addEvent("request opened", {}, at);
        return;
      case "request_closed":
        open.get(event.turn)?.span.addEvent("request closed", { "sluice.how": event.how }, at);
        return;
      case "requests_detached":
        if (open.has(event.turn)) end(change, event.turn, { "sluice.outcome": "detached" });
        return hand(event.turn);
      case "turn_requeued":
        return end(change, event.turn, { "sluice.outcome": "requeued" });
      case "turn_cut": {
        const { interruption } = event;
        const how = { "sluice.outcome": "interrupted", "sluice.interruption": interruption };
        end(change, event.turn, how);
        return hand(event.turn);
      }
      case "turn_finished":
        return end(change, event.turn, { "sluice.outcome": event.outcome });
      case "session_suspended":
      case "mark_cleared":
      case "session_released":
      case "session_renewed":
      case "session_restored":
      case "conversation_archived":
      case "mode_set":
      case "worker_set":
      case "status_changed":
    }
  }

  return {
    contextOf,
    changed(change, staged) {
      for (const event of change.events) heed(change, event, staged);
    },
    leave() {
      const at = atMs(clock.now());
      for (const [turn, { span, start }] of open) {
        start?.end(at);
        span.setAttribute("sluice.outcome", "left");
        span.end(at);
        hand(turn);
      }
      open.clear();
    },
  };
}
