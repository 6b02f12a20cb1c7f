import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Hono } from "hono";
import type { Adapter } from "../../adapters/adapter.ts";
import type { HttpEnv } from "../control/health-app.ts";
import type { Refusal } from "./refusal.ts";
import { toResponse } from "./refusal.ts";

const NO_CHAT: Refusal = {
  status: 404,
  code: "no_local_chat",
  message: "This gateway has no chat of its own",
  advice: "add a network with adapter: local to the configuration",
};
const AWAY: Refusal = {
  status: 503,
  code: "closing",
  message: "The chat is not connected",
  advice: "send it again in a moment, with the same id",
  retryAfterSeconds: 1,
};

/** `/chat/v1/…` is the local chat's own `/v1/…`, asked in this process: the page needs no second token. */
export function addChatBridge(app: Hono<HttpEnv>, adapters: readonly Adapter[]): void {
  const chat = adapters.find(({ answer }) => answer !== undefined);
  app.all("/chat/v1/*", async ({ env: { incoming, outgoing } }) => {
    if (chat?.answer === undefined) return toResponse(NO_CHAT, undefined);
    incoming.url = (incoming.url ?? "").replace(/^\/chat/, "");
    const isAnswered = await chat.answer(incoming, outgoing);
    return isAnswered ? RESPONSE_ALREADY_SENT : toResponse(AWAY, undefined);
  });
}
