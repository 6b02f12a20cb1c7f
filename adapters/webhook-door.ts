/** Where networks that call us are let in: one listener for all of them, held by the gateway. */
export interface WebhookDoor {
  /**
   * Calls to `path` (it begins with a slash) go to `receive` until the returned function is called. Opens the
   * listener with the first path. Rejects with `port_in_use`.
   */
  open(path: string, receive: WebhookReceiver): Promise<() => Promise<void>>;
}

export type WebhookReceiver = (call: WebhookCall) => Promise<WebhookAnswer>;

export interface WebhookCall {
  /** Of a header, by its name in small letters; null when it was not sent. */
  header(name: string): string | null;
  /** At most 1 MiB; longer calls are answered 413 before they come here. */
  readonly body: string;
}

export interface WebhookAnswer {
  readonly status: 200 | 400 | 401 | 503;
}
