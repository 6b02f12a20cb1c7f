import type { RestartNote, TurnAttachment } from "../worker.ts";

/** What the gateway tells the demo agent's process, one JSON line each. `run` numbers the turns of one process. */
export type Order =
  | { readonly type: "turn"; readonly run: number; readonly brief: Brief }
  /** `steer` numbers the additions, so that each is answered. */
  | { readonly type: "steer"; readonly run: number; readonly steer: number; readonly text: string }
  | {
      readonly type: "answer";
      readonly run: number;
      readonly ask: string;
      readonly decision: "allow" | "deny";
    }
  | { readonly type: "interrupt"; readonly run: number }
  /** Nobody listens any more: end it without a word. */
  | { readonly type: "drop"; readonly run: number };

/** A turn, as much of it as the agent looks at. It keeps nothing of it afterwards. */
export interface Brief {
  readonly attempt: number;
  /** The messages; the first word of the first one names the script. */
  readonly texts: readonly string[];
  readonly attachments: readonly BriefFile[];
  readonly note: RestartNote | null;
  /** How long the transcript is. */
  readonly entries: number;
  /** The transcript, one line an entry, for the script that prints it; else empty, as it may be large. */
  readonly history: readonly string[];
  /** Fingerprints. */
  readonly grants: readonly string[];
}

export type BriefFile = Pick<TurnAttachment, "kind" | "name" | "size" | "path" | "problem">;

/**
 * Null for anything else. Checked by hand, and only by its outline: both ends are of one version, and a
 * schema library would triple the time a process needs to start.
 */
export function parseOrder(line: string): Order | null {
  let found: unknown;
  try {
    found = JSON.parse(line);
  } catch {
    return null;
  }
  return isOrder(found) ? found : null;
}

function isOrder(found: unknown): found is Order {
  if (!isRecord(found) || typeof found["run"] !== "number") return false;
  switch (found["type"]) {
    case "turn":
      return isBrief(found["brief"]);
    case "steer":
      return typeof found["steer"] === "number" && typeof found["text"] === "string";
    case "answer":
      return typeof found["ask"] === "string" && isDecision(found["decision"]);
    case "interrupt":
    case "drop":
      return true;
    default:
      return false;
  }
}

function isBrief(found: unknown): found is Brief {
  if (!isRecord(found)) return false;
  const lists = [found["texts"], found["attachments"], found["history"], found["grants"]];
  const numbers = [found["attempt"], found["entries"]];
  return lists.every(Array.isArray) && numbers.every((one) => typeof one === "number");
}

function isDecision(found: unknown): found is "allow" | "deny" {
  return found === "allow" || found === "deny";
}

function isRecord(found: unknown): found is Record<string, unknown> {
  return typeof found === "object" && found !== null;
}
