import { context, propagation, trace } from "@opentelemetry/api";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import type { ReadableSpan, SpanProcessor } from "@opentelemetry/sdk-trace-base";

/** What an operator's preloaded SDK would export. */
export interface Spans {
  all(name?: string): readonly ReadableSpan[];
  /** The only one of this name, or the nth. */
  one(name: string, nth?: number): ReadableSpan;
  close(): Promise<void>;
}

export function collectSpans(more: readonly SpanProcessor[] = []): Spans {
  const exporter = new InMemorySpanExporter();
  const processor = new SimpleSpanProcessor(exporter);
  const provider = new BasicTracerProvider({ spanProcessors: [processor, ...more] });
  trace.setGlobalTracerProvider(provider);
  const spans: Spans = {
    all: (name) =>
      exporter.getFinishedSpans().filter((span) => name === undefined || span.name === name),
    one(name, nth = 0) {
      const found = spans.all(name)[nth];
      if (found === undefined) {
        throw new Error(
          `no ${name} among ${spans
            .all()
            .map((span) => span.name)
            .join()}`,
        );
      }
      return found;
    },
    async close() {
      await provider.shutdown();
      trace.disable();
      context.disable();
      propagation.disable();
    },
  };
  return spans;
}

/** Epoch ms. */
export function msOf([seconds, nanos]: readonly [number, number]): number {
  return seconds * 1000 + nanos / 1e6;
}

/** All that leaves with them, as text to look through. */
export function textOf(spans: readonly ReadableSpan[]): string {
  return JSON.stringify(
    spans.map(({ name, attributes, events, links, status, resource }) => ({
      name,
      attributes,
      events,
      links,
      status,
      resource: resource.attributes,
    })),
  );
}
