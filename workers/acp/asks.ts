import type { ProcessLog } from "../process/process-log.ts";
import type { Grant, WorkerEvent } from "../worker.ts";
import type { PermissionOption } from "./permission-options.ts";
import { cancelledReply, decisionReply, parseOptions } from "./permission-options.ts";
import { toQuestion } from "./question.ts";
import { isRecord } from "./rpc-message.ts";
import type { Call, Reply } from "./rpc-peer.ts";
import { ERRORS, refusal } from "./rpc-peer.ts";
import type { ToolCalls } from "./tool-calls.ts";

/** The permissions that an agent asks for in one turn; several may be open at once. */
export interface Asks {
  open(call: Call): Promise<Reply>;
  /** Nothing happens for a question that is not open. */
  answer(id: string, decision: "allow" | "deny"): void;
  /** The turn is cancelled: so is every question, also those that still come. */
  cancel(): void;
  /** The turn has ended: nobody will answer what is still open, so that is a no. */
  end(): void;
  wasDenied(): boolean;
}

export interface AsksOptions {
  readonly tools: ToolCalls;
  readonly workspace: string;
  readonly grants: readonly Grant[];
  readonly log: ProcessLog;
  /** Unique within the session, so that a late answer cannot meet another question. */
  nextId(): string;
  tell(event: WorkerEvent): void;
}

type Decision = "allow" | "deny" | "cancel" | "withdraw";

export function createAsks(options: AsksOptions): Asks {
  const { tools, workspace, log } = options;
  const waiting = new Map<string, (decision: Decision) => void>();
  const grants = options.grants.map(({ fingerprint }) => fingerprint);
  let isCancelled = false;
  let wasDenied = false;

  const settle = (id: string, decision: Decision): void => {
    const decide = waiting.get(id);
    waiting.delete(id);
    decide?.(decision);
  };

  /** Each grant is good for one question. */
  const takeGrant = (fingerprint: string): boolean => {
    const at = grants.indexOf(fingerprint);
    if (at !== -1) grants.splice(at, 1);
    return at !== -1;
  };

  const toReply = (
    decision: Decision,
    asked: { readonly choices: readonly PermissionOption[]; readonly tool: string },
  ): Reply => {
    switch (decision) {
      case "allow":
        if (!asked.choices.some(({ kind }) => kind === "allow_once")) {
          log.warn({ tool: asked.tool }, "agent offers no plain yes, told no");
        } else tools.release(asked.tool);
        return decisionReply(asked.choices, "allow");
      case "deny":
        wasDenied = true;
        return decisionReply(asked.choices, "deny");
      case "cancel":
        return cancelledReply();
      case "withdraw":
        return refusal(ERRORS.cancelled, "the question was withdrawn");
    }
  };

  return {
    open: async ({ params, signal }) => {
      const choices = parseOptions(params);
      if (isCancelled) return cancelledReply();
      const tool = tools.hold(isRecord(params) ? params["toolCall"] : null);
      if (tool === null) {
        log.warn({}, "agent asked about no tool call, told no");
        return decisionReply(choices, "deny");
      }
      const asked = { choices, tool: tool.id };
      const question = toQuestion(tool, workspace);
      if (takeGrant(question.fingerprint)) return toReply("allow", asked);
      const id = options.nextId();
      const decision = await new Promise<Decision>((resolve) => {
        waiting.set(id, resolve);
        signal.addEventListener("abort", () => {
          if (!waiting.has(id)) return;
          options.tell({ type: "ask_withdrawn", id });
          settle(id, "withdraw");
        });
        options.tell({ type: "ask", id, ...question });
      });
      return toReply(decision, asked);
    },
    answer: settle,
    cancel: () => {
      isCancelled = true;
      for (const id of waiting.keys()) settle(id, "cancel");
    },
    end: () => {
      for (const id of waiting.keys()) settle(id, "deny");
    },
    wasDenied: () => wasDenied,
  };
}
