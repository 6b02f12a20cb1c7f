import type { Logger } from "pino";

import type { WebhookDoor } from "../adapters/webhook-door.ts";
import { SluiceError } from "../sessions/errors.ts";

/** The listener for networks that call us. */
export function createWebhookDoor(
  at: { readonly host: string; readonly port: number },
  _outside: { readonly log: Logger },
): WebhookDoor {
  return {
    open(path) {
      throw new SluiceError("adapter_refused", `Cannot listen at ${at.host}:${at.port}${path}`, {
        advice: "remove the webhook",
      });
    },
  };
}
