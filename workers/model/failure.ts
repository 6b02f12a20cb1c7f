import type { Clock } from "../../sessions/clock.ts";
import { textOf } from "../../sessions/errors.ts";
import { NotAStream } from "./not-a-stream.ts";
import { TooSilent } from "./silence.ts";

/** Why a request came to nothing, for people: what was tried, what was found, what to do. */
export interface Failure {
  readonly text: string;
  /** What was found, alone. */
  readonly found: string;
  readonly fault: Fault;
  /** Another try may go better. */
  readonly isRetryable: boolean;
  /** What the endpoint asked to wait; null = it did not say. */
  readonly waitMs: number | null;
}

/** Where a person would begin to look. `passing`: it may be gone by itself. */
export type Fault = "key" | "model" | "address" | "request" | "passing";

export interface Asked {
  readonly name: string;
  readonly baseUrl: string;
  readonly model: string;
  readonly key: string | null;
  readonly keyPlace: string | null;
  readonly clock: Clock;
}

export function explain(error: unknown, asked: Asked): Failure {
  const status = refusalIn(error);
  const { found, advice, fault } =
    status === null ? withoutStatus(error, asked) : withStatus(status, error, asked);
  const text = `Cannot get an answer from ${asked.model} at ${asked.baseUrl}: ${found}: ${advice}`;
  const masked = (words: string): string =>
    asked.key === null ? words : words.replaceAll(asked.key, "***");
  return {
    text: masked(text),
    found: masked(found),
    fault,
    isRetryable: status === null ? !(error instanceof NotAStream) : isPassing(status, error),
    waitMs: waitOf(error, asked.clock),
  };
}

interface Words {
  readonly fault: Fault;
  readonly found: string;
  readonly advice: string;
}

function withStatus(status: number, error: unknown, asked: Asked): Words {
  const said = clip(textOf(error));
  const answer = said === "" ? String(status) : `${status}: ${said}`;
  switch (status) {
    case 401:
    case 403:
      return {
        fault: "key",
        found: `${asked.key === null ? "a key is wanted" : "the key was refused"} (${answer})`,
        advice:
          asked.keyPlace === null
            ? `name one under workers.${asked.name}.key`
            : `check ${asked.keyPlace}, which workers.${asked.name}.key names`,
      };
    case 402:
      return {
        fault: "key",
        found: `it wants to be paid (${answer})`,
        advice: "look at the account of the key",
      };
    case 404:
      return {
        fault: /model/i.test(said) ? "model" : "address",
        found: /model/i.test(said)
          ? `it does not know the model (${answer})`
          : `nothing is there (${answer})`,
        advice: `check workers.${asked.name}.model and workers.${asked.name}.baseUrl, which often ends in /v1`,
      };
    case 429:
      return {
        fault: "passing",
        found: `it is asked too much (${answer})`,
        advice: "send the message again later",
      };
    default:
      return status >= 500
        ? {
            fault: "passing",
            found: `it failed (${answer})`,
            advice: "send the message again later",
          }
        : {
            fault: "request",
            found: `it refused the request (${answer})`,
            advice: `if the conversation is too long for it, lower workers.${asked.name}.maxInputTokens or begin a new one`,
          };
  }
}

function withoutStatus(error: unknown, asked: Asked): Words {
  const check = `check workers.${asked.name}.baseUrl`;
  if (error instanceof NotAStream) {
    return {
      fault: "address",
      found: error.message,
      advice: `${check}, which often ends in /v1`,
    };
  }
  if (error instanceof TooSilent) {
    return {
      fault: "passing",
      found: error.message,
      advice: "send the message again, or see how the endpoint does",
    };
  }
  const code = codeIn(error);
  switch (code) {
    case null:
      return {
        fault: "passing",
        found: clip(messageOf(error)),
        advice: "send the message again",
      };
    case "ECONNREFUSED":
      return {
        fault: "address",
        found: "nothing listens there",
        advice: `start it, or ${check}`,
      };
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return {
        fault: "address",
        found: "there is no such host",
        advice: `${check} and the network`,
      };
    default:
      return {
        fault: "address",
        found: `the connection broke (${code})`,
        advice: "send the message again",
      };
  }
}

/** Of an error with a status: what passes by itself. A used-up account has the status of a hurry, and does not. */
function isPassing(status: number, error: unknown): boolean {
  if (/insufficient_quota/.test(String(fieldOf(error, "responseBody")))) return false;
  return status >= 500 || [408, 409, 425, 429].includes(status);
}

/** `retry-after` in seconds or as a date, or in milliseconds where the endpoint is exact. */
function waitOf(error: unknown, clock: Clock): number | null {
  const headers = fieldOf(error, "responseHeaders");
  const exact = fieldOf(headers, "retry-after-ms");
  if (typeof exact === "string" && /^\d+$/.test(exact)) return Number(exact);
  const wait = fieldOf(headers, "retry-after");
  if (typeof wait !== "string") return null;
  if (/^\d+(\.\d+)?$/.test(wait)) return Number(wait) * 1000;
  const at = Date.parse(wait);
  return Number.isNaN(at) ? null : Math.max(0, at - clock.now());
}

/** An error inside a stream comes as the endpoint wrote it. */
function messageOf(error: unknown): string {
  const message = fieldOf(error, "message");
  if (typeof message === "string") return message;
  return JSON.stringify(error) ?? "nothing";
}

/** The first error code in the chain of causes. */
function codeIn(error: unknown): string | null {
  for (let at = error, depth = 0; depth < 5; depth += 1) {
    const code = fieldOf(at, "code");
    if (typeof code === "string" && /^[A-Z][A-Z_]+$/.test(code)) return code;
    at = fieldOf(at, "cause");
  }
  return null;
}

/** Null where the head of the answer was well, and its stream was not. */
function refusalIn(error: unknown): number | null {
  const found = fieldOf(error, "statusCode");
  return typeof found === "number" && found >= 400 ? found : null;
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !(name in value)) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}

function clip(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
