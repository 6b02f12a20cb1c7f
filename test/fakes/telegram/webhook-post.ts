import type { WebhookSettings } from "./webhook.ts";

export interface WebhookAnswer {
  /** Null: taken (2xx). */
  readonly error: string | null;
  readonly retryAfterMs: number;
}

/** One delivery. Never rejects. */
export async function post(
  settings: WebhookSettings,
  delivery: { readonly body: string; readonly signal: AbortSignal },
): Promise<WebhookAnswer> {
  try {
    const response = await fetch(settings.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(settings.secret === "" ? {} : { "x-telegram-bot-api-secret-token": settings.secret }),
      },
      body: delivery.body,
      redirect: "manual",
      signal: delivery.signal,
    });
    await response.arrayBuffer();
    if (response.ok) return { error: null, retryAfterMs: 0 };
    return {
      error: `Wrong response from the webhook: ${response.status} ${response.statusText}`,
      retryAfterMs: Number(response.headers.get("retry-after") ?? 0) * 1000,
    };
  } catch (error) {
    const refused = String((error as Error & { cause?: unknown }).cause).includes("ECONNREFUSED");
    return {
      error: refused ? "Connection refused" : "Webhook connection closed",
      retryAfterMs: 0,
    };
  }
}
