import { z } from "zod";
import type {
  BootId,
  MessageId,
  OutboxId,
  RequestId,
  SessionId,
  SessionKey,
  TurnId,
} from "../ids.ts";

/** Ids as they come back from the store: the one place where text becomes an id again. */
const isId = (value: unknown): boolean => typeof value === "string" && value !== "";

export const keyShape = z.custom<SessionKey>(isId, "no session key");
export const sessionIdShape = z.custom<SessionId>(isId, "no session id");
export const turnIdShape = z.custom<TurnId>(isId, "no turn id");
export const messageIdShape = z.custom<MessageId>(isId, "no message id");
export const outboxIdShape = z.custom<OutboxId>(isId, "no outbox id");
export const requestIdShape = z.custom<RequestId>(isId, "no request id");
export const bootIdShape = z.custom<BootId>(isId, "no boot id");
