/** A refusal in Telegram's words. */
export class BotError extends Error {
  readonly status: number;
  readonly parameters: Readonly<Record<string, unknown>> | null;

  constructor(
    status: number,
    description: string,
    parameters: Readonly<Record<string, unknown>> | null = null,
  ) {
    super(description);
    this.status = status;
    this.parameters = parameters;
  }
}

export function badRequest(reason: string): BotError {
  return new BotError(400, `Bad Request: ${reason}`);
}

export function forbidden(reason: string): BotError {
  return new BotError(403, `Forbidden: ${reason}`);
}

export function tooManyRequests(retryAfter: number): BotError {
  return new BotError(429, `Too Many Requests: retry after ${retryAfter}`, {
    retry_after: retryAfter,
  });
}
