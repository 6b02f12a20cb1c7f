export type RpcId = string | number;

export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

export type RpcMessage =
  | {
      readonly type: "request";
      readonly id: RpcId;
      readonly method: string;
      readonly params: unknown;
    }
  | { readonly type: "notification"; readonly method: string; readonly params: unknown }
  | { readonly type: "result"; readonly id: RpcId; readonly value: unknown }
  | { readonly type: "error"; readonly id: RpcId; readonly error: RpcError }
  /** Agents print banners and warnings among their messages. */
  | { readonly type: "garbage" };

/** Checked by hand: this runs for every word that an agent says. */
export function parseRpc(line: string): RpcMessage {
  const found = parseJson(line);
  if (!isRecord(found)) return GARBAGE;
  const { id, method, params, result, error } = found;
  if (typeof method === "string") {
    if (isId(id)) return { type: "request", id, method, params };
    return id === undefined ? { type: "notification", method, params } : GARBAGE;
  }
  if (!isId(id)) return GARBAGE;
  if (isRecord(error)) return { type: "error", id, error: toError(error) };
  return "result" in found ? { type: "result", id, value: result } : GARBAGE;
}

/**
 * Whose a line was of which only the beginning is known. Serialisers write the id before what is long; where
 * one does not, the line is lost.
 */
export function parseHead(head: string):
  | Exclude<RpcMessage, { type: "result" | "error" }>
  | {
      readonly type: "response";
      readonly id: RpcId;
    } {
  const outline =
    /^\s*\{\s*("jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*("[^"\\]*"|-?\d+)\s*,\s*"(\w+)"/;
  const [, , written, next] = outline.exec(head) ?? [];
  if (written === undefined) return GARBAGE;
  const id = parseJson(written);
  if (!isId(id)) return GARBAGE;
  return next === "method"
    ? { type: "request", id, method: "", params: null }
    : { type: "response", id };
}

const GARBAGE = { type: "garbage" } as const;

function toError({ code, message, data }: Record<string, unknown>): RpcError {
  return {
    code: typeof code === "number" ? code : 0,
    message: typeof message === "string" ? message : "an error without words",
    data,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isId(found: unknown): found is RpcId {
  return typeof found === "string" || typeof found === "number";
}

export function isRecord(found: unknown): found is Record<string, unknown> {
  return typeof found === "object" && found !== null && !Array.isArray(found);
}
