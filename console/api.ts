/** What views ask the gateway with. Paths are whole: `/api/v1/status`, `/chat/v1/chats`. */
export interface Api {
  /** Rejects with `ApiFault`. */
  get<Answer>(path: string, signal?: AbortSignal): Promise<Answer>;
  /** Rejects with `ApiFault`. `body` is sent as JSON. */
  post<Answer>(path: string, body?: unknown, signal?: AbortSignal): Promise<Answer>;
}

/** Why a request was not answered as hoped: `message` is what was found, `advice` what to do. */
export class ApiFault extends Error {
  override readonly name = "ApiFault";
  readonly code: string;
  readonly advice: string;
  /** Of HTTP; 0 = no answer at all: the gateway is away. */
  readonly status: number;

  constructor(status: number, found: { code: string; message: string; advice: string }) {
    super(found.message);
    this.status = status;
    this.code = found.code;
    this.advice = found.advice;
  }
}

/** How long one request may take. */
const ANSWER_MS = 15_000;

/** `origin`: of another server than the one that served the page. */
export function createApi(origin = ""): Api {
  return {
    get: (path, signal) => ask(`${origin}${path}`, { method: "GET" }, signal),
    post: (path, body, signal) =>
      ask(
        `${origin}${path}`,
        {
          method: "POST",
          headers: { "Content-Type": "application/json", "X-Sluice": "console" },
          body: JSON.stringify(body ?? {}),
        },
        signal,
      ),
  };
}

export function toFault(thrown: unknown): ApiFault {
  if (thrown instanceof ApiFault) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ApiFault(0, { code: "page", message, advice: "load the page again" });
}

async function ask<Answer>(path: string, init: RequestInit, left?: AbortSignal): Promise<Answer> {
  const limit = AbortSignal.timeout(ANSWER_MS);
  const signal = left === undefined ? limit : AbortSignal.any([left, limit]);
  const response = await fetch(path, { ...init, signal, cache: "no-store" }).catch(
    (cause: unknown) => {
      if (left?.aborted === true) throw cause;
      throw away();
    },
  );
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw new ApiFault(response.status, foundIn(body, response.status));
  // The gateway that answers is the one that served this page: its answers are what its types say.
  const isAnswer = (found: unknown): found is Answer => found !== null;
  if (!isAnswer(body)) throw away();
  return body;
}

function away(): ApiFault {
  return new ApiFault(0, {
    code: "gateway_away",
    message: "the gateway does not answer",
    advice: "wait: this page tries again by itself",
  });
}

function foundIn(body: unknown, status: number): { code: string; message: string; advice: string } {
  const error = fieldOf(body, "error");
  const text = (name: string, otherwise: string): string => {
    const found = fieldOf(error, name);
    return typeof found === "string" ? found : otherwise;
  };
  return {
    code: text("code", `http_${status}`),
    message: text("message", `the gateway answered ${status}`),
    advice: text("advice", "see the gateway's log"),
  };
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;
}
