import type { Chance } from "../../sessions/clock.ts";
import { textOf } from "../../sessions/errors.ts";
import type { Core } from "../core.ts";
import type { OnAnswer } from "../deliver/send-row.ts";
import type { Desk } from "../dispatch.ts";
import type { DrainReport, DrainRequest } from "../operations.ts";
import type { StagedTurns } from "../turns/runner.ts";
import { createKeptContexts } from "./kept-contexts.ts";
import { sessionNames } from "./session-names.ts";
import type { Api } from "./span-time.ts";
import { atMs } from "./span-time.ts";
import { createTurnSpans } from "./turn-spans.ts";

/**
 * Spans of what the gateway does, for whoever preloads an OpenTelemetry SDK. Words of people, names and secrets are in none;
 * `docs/operations.md` lists what is. Nothing here decides or delays anything, and nothing here fails anything.
 */
export interface Tracing {
  watchTurns(desk: Desk, staged: StagedTurns): void;
  readonly sent: OnAnswer;
  drain(request: DrainRequest, ended: Promise<DrainReport>): void;
  recovery(recovered: Promise<number>): void;
  /** Ends the spans of what this process leaves; returns when what the next boot needs is stored. */
  close(): Promise<void>;
}

const NAME = "sluice";

/** Null: it is off, or nobody listens. The library is not even read then. */
export async function openTracing(
  core: Pick<Core, "engine" | "clock" | "log" | "settings" | "boot">,
  { chance, version }: { readonly chance: Chance; readonly version: string },
): Promise<Tracing | null> {
  const { engine, clock, log, settings } = core;
  if (!settings.tracing.enabled) return null;
  const api = await import("@opentelemetry/api");
  if (!hasListener(api)) {
    log.warn("tracing is on and no OpenTelemetry SDK is loaded: see docs/operations.md");
    return null;
  }
  const tracer = api.trace.getTracer(NAME, version);
  const names = settings.tracing.sessions === "plain" ? String : await sessionNames(engine, chance);
  const kept = createKeptContexts(core);
  let hasFailed = false;
  const turns = createTurnSpans({ ...core, api, tracer, names, kept, safely });

  /** An exporter is not ours: what it throws must not reach a turn. */
  function safely(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!hasFailed) log.warn({ error: textOf(error) }, "tracing failed; told once");
      hasFailed = true;
    }
  }

  return {
    watchTurns(desk, staged) {
      desk.onChange((change) => safely(() => turns.changed(change, staged)));
    },
    sent: (network, outcome, { isLabelled, isEdit, row, beganAt }) =>
      safely(() => {
        const attributes = {
          "sluice.network": network,
          "sluice.account": row.address.account,
          "sluice.purpose": row.purpose,
          "sluice.edit": isEdit,
          "sluice.file": row.message.file !== null,
          "sluice.attempt": row.attempts + 1,
          "sluice.outcome": outcome,
          "sluice.labelled": isLabelled,
          ...(row.key !== null && { "sluice.session": names(row.key) }),
          ...(row.turn !== null && { "sluice.turn": row.turn }),
        };
        const options = { attributes, startTime: atMs(beganAt), kind: api.SpanKind.CLIENT };
        const span = tracer.startSpan("sluice.send", options, turns.contextOf(row.turn));
        if (outcome === "refused") span.setStatus({ code: api.SpanStatusCode.ERROR });
        span.end(atMs(Math.max(beganAt, clock.now())));
      }),
    drain({ then }, ended) {
      safely(() => {
        const attributes = { "sluice.then": then, "sluice.boot": core.boot };
        const span = tracer.startSpan("sluice.drain", {
          attributes,
          startTime: atMs(clock.now()),
          root: true,
        });
        void ended.then((report) =>
          safely(() => {
            span.setAttributes({
              "sluice.phase": report.phase,
              "sluice.timed_out": report.timedOut,
              "sluice.cut": report.cut.length,
              "sluice.requeued": report.requeued.length,
              "sluice.undelivered": report.undelivered,
            });
            span.end(atMs(clock.now()));
          }),
        );
      });
    },
    recovery(recovered) {
      safely(() => {
        const attributes = { "sluice.boot": core.boot };
        const startTime = atMs(clock.now());
        const span = tracer.startSpan("sluice.recovery", { attributes, startTime, root: true });
        void recovered.then((count) =>
          safely(() => {
            span.setAttribute("sluice.recovered", count);
            span.end(atMs(clock.now()));
          }),
        );
      });
    },
    async close() {
      safely(() => turns.leave());
      await kept.settled();
    },
  };
}

/** The API gives out a stand-in until an SDK registers itself, which a preloaded one has. */
function hasListener({ trace, ProxyTracerProvider }: Api): boolean {
  const provider = trace.getTracerProvider();
  return !(
    provider instanceof ProxyTracerProvider && provider.getDelegateTracer(NAME) === undefined
  );
}
