/** An answer that is not what was asked for. As JSON: `{ error: { code, message, advice } }`. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 429 | 500 | 503;
  readonly code: string;
  /** What was found. */
  readonly message: string;
  readonly advice: string;
  /** When to try again; only where trying again helps. */
  readonly retryAfterSeconds?: number;
}

export const NOT_STORED: Refusal = {
  status: 503,
  code: "not_stored",
  message: "the message could not be stored",
  advice: "send it again, with the same id",
  retryAfterSeconds: 1,
};

export function toResponse(refusal: Refusal): Response {
  const { status, code, message, advice, retryAfterSeconds } = refusal;
  return Response.json(
    { error: { code, message, advice } },
    {
      status,
      headers: {
        ...(retryAfterSeconds !== undefined && { "Retry-After": String(retryAfterSeconds) }),
        ...(status === 401 && { "WWW-Authenticate": "Bearer" }),
      },
    },
  );
}
