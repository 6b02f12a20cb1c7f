import type { PermissionOptionKind } from "@agentclientprotocol/sdk";
import { z } from "zod";

import type { Listener } from "./agent-link.ts";
import { noSuchMethod } from "./agent-link.ts";
import { CLIENT } from "./methods.ts";
import { isRecord } from "./rpc-message.ts";
import type { Reply } from "./rpc-peer.ts";
import { ERRORS, refusal, result } from "./rpc-peer.ts";

export interface PermissionOption {
  readonly optionId: string;
  readonly kind: string;
}

const OPTIONS = z.array(z.object({ optionId: z.string(), kind: z.string().catch("") })).catch([]);

export function parseOptions(params: unknown): readonly PermissionOption[] {
  return OPTIONS.parse(isRecord(params) ? params["options"] : []);
}

const ALLOW: readonly PermissionOptionKind[] = ["allow_once"];
const REJECT: readonly PermissionOptionKind[] = ["reject_once", "reject_always"];

/**
 * A yes is for once: what is allowed always is for the gateway to remember, who can also forget it. An agent
 * that offers no such yes is told no. `cancelled` would end its whole turn, so it is never said for a no.
 */
export function decisionReply(
  options: readonly PermissionOption[],
  decision: "allow" | "deny",
): Reply {
  const wanted = decision === "allow" ? [...ALLOW, ...REJECT] : REJECT;
  const chosen = wanted.flatMap((kind) => options.filter((one) => one.kind === kind))[0];
  return chosen === undefined
    ? refusal(ERRORS.badParams, "none of the options is a plain no")
    : result({ outcome: { outcome: "selected", optionId: chosen.optionId } });
}

/** The turn that asked was cancelled. */
export function cancelledReply(): Reply {
  return result({ outcome: { outcome: "cancelled" } });
}

/** For when nobody is there to ask: while a session is begun, and between turns. */
export const declining: Listener = {
  update: () => undefined,
  call: ({ method, params }) =>
    Promise.resolve(
      method === CLIENT.session_request_permission
        ? decisionReply(parseOptions(params), "deny")
        : noSuchMethod(method),
    ),
};
