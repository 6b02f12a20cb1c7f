import type { Clock } from "../../sessions/clock.ts";
import type { WorkerEvent } from "../worker.ts";
import { chunkOf } from "./chunk.ts";
import type { Chunk } from "./chunk.ts";
import { toPlan, toUsage } from "./progress.ts";
import { createToolCalls } from "./tool-calls.ts";
import type { ToolCalls } from "./tool-calls.ts";
import type { Workspace } from "./workspace.ts";

/** Tells in our events what an agent's updates of one turn say. */
export interface Narrator {
  update(update: Record<string, unknown>): void;
  readonly tools: ToolCalls;
}

export interface NarratorOptions {
  readonly clock: Clock;
  readonly workspace: Workspace;
  /** US dollars that the agent's session had cost before the turn. */
  readonly costBefore: number;
  tell(event: WorkerEvent): void;
  onUnknown(kind: string): void;
  onCost(total: number): void;
}

export function createNarrator(options: NarratorOptions): Narrator {
  const tell = (event: WorkerEvent): void => options.tell(event);
  const tools = createToolCalls({
    clock: options.clock,
    workspace: options.workspace.path,
    tell: (event) => {
      // What comes after a tool is told apart by the tool.
      isApart = true;
      tell(event);
    },
  });
  let lastId: string | null = null;
  /** Nothing was said yet, or something else stands between. */
  let isApart = true;
  /** A thought came after text: agents that do not name their messages begin another one then. */
  let isBroken = false;

  const say = ({ id, content }: Chunk): void => {
    if (content.type === "link") {
      const path = options.workspace.fileOf(content.uri);
      if (path !== null)
        return tell({ type: "file", path, name: content.name, mime: content.mime });
    }
    const text =
      content.type === "text"
        ? content.text
        : content.type === "link"
          ? `[${content.name || content.uri}](${content.uri})`
          : `[${content.what}]`;
    if (text === "") return;
    const isNew = id === null || lastId === null ? isBroken : id !== lastId;
    const gap = isNew && !isApart ? "\n\n" : "";
    lastId = id;
    isApart = false;
    isBroken = false;
    tell({ type: "delta", text: gap + text });
  };

  const update = (update: Record<string, unknown>): void => {
    const kind = String(update["sessionUpdate"]);
    switch (kind) {
      case "agent_message_chunk": {
        const chunk = chunkOf(update);
        return chunk === null ? options.onUnknown(kind) : say(chunk);
      }
      case "agent_thought_chunk": {
        isBroken = true;
        const chunk = chunkOf(update);
        if (chunk?.content.type !== "text" || chunk.content.text === "") return;
        return tell({ type: "thought", text: chunk.content.text });
      }
      case "tool_call":
      case "tool_call_update":
        if (!tools.piece(update)) options.onUnknown(kind);
        return;
      case "plan": {
        const steps = toPlan(update);
        return steps === null ? options.onUnknown(kind) : tell({ type: "plan", steps });
      }
      case "usage_update": {
        const total = toUsage(update);
        if (total === null) return;
        options.onCost(total);
        const cost = Math.max(0, total - options.costBefore);
        return tell({ type: "usage", inputTokens: null, outputTokens: null, cost });
      }
      case "user_message_chunk":
      case "available_commands_update":
      case "current_mode_update":
      case "config_option_update":
      case "session_info_update":
        return;
      default:
        options.onUnknown(kind);
        // Whatever it is, it works.
        tell({ type: "ping" });
    }
  };
  return { update, tools };
}
