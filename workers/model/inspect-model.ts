import type { Clock } from "../../sessions/clock.ts";
import { createEndpoint } from "./endpoint.ts";
import { explain, type Fault } from "./failure.ts";
import { createSilence } from "./silence.ts";

/** What a model says to a person who sets it up. No text of it holds the key. */
export type ModelInspection =
  | { readonly outcome: "answers" }
  | {
      readonly outcome: "fails";
      readonly fault: Fault;
      readonly found: string;
      readonly advice: string;
    };

export interface ModelToInspect {
  readonly baseUrl: string;
  readonly model: string;
  readonly key: string | null;
}

/** One that is not in memory yet is loaded first. */
const FIRST_WORD_MS = 60_000;

/** Asks it something short, and waits for its first word. Never rejects. */
export async function inspectModel(asked: ModelToInspect, clock: Clock): Promise<ModelInspection> {
  const silence = createSilence({ clock, firstByteMs: FIRST_WORD_MS, chunkMs: FIRST_WORD_MS });
  const said = new AbortController();
  const signal = AbortSignal.any([silence.signal, said.signal]);
  try {
    silence.begin();
    const endpoint = createEndpoint({ ...asked, temperature: null });
    const prompt = [
      { role: "user" as const, content: [{ type: "text" as const, text: "Say: ok" }] },
    ];
    for await (const { type } of endpoint.ask(prompt, { signal, onBytes: silence.heard })) {
      // What the rest would be, nobody needs to pay for.
      if (type !== "end") break;
    }
    return { outcome: "answers" };
  } catch (error) {
    const place = { ...asked, name: "model", keyPlace: null, clock };
    const { found, fault } = explain(silence.ranOut() ?? error, place);
    // Nothing that long was asked: a request that is refused for its model names one that is not there.
    const about = fault === "request" && /model/i.test(found) ? "model" : fault;
    return { outcome: "fails", fault: about, found, advice: adviceFor(about, asked) };
  } finally {
    silence.end();
    said.abort();
  }
}

function adviceFor(fault: Fault, { key }: ModelToInspect): string {
  switch (fault) {
    case "key":
      return key === null
        ? "give it the key that it wants"
        : "copy the key again, whole, and see that it belongs to this endpoint and is paid for";
    case "model":
      return "write the name as the endpoint lists it; a model of your own machine may have to be pulled first";
    case "address":
      return "see that it runs, and that the address is right, which often ends in /v1";
    case "request":
      return "see what the endpoint wants of a request";
    case "passing":
      return "try again in a moment";
  }
}
