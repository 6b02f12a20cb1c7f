import { createHash } from "node:crypto";

import type { WorkerEvent } from "../worker.ts";
import { isRecord } from "./rpc-message.ts";
import type { ToolCall } from "./tool-call.ts";
import { clip, commandOf, inputOf, pathsOf } from "./tool-call.ts";

type Ask = Extract<WorkerEvent, { type: "ask" }>;

/** What a person is asked about a tool call. */
export function toQuestion(call: ToolCall, workspace: string): Omit<Ask, "type" | "id"> {
  const input = inputOf(call, workspace);
  const title = call.title === "" ? `Use a tool (${call.kind})` : call.title;
  const changes = call.content.flatMap((one) => {
    if (!isRecord(one) || one["type"] !== "diff") return [];
    return [changeOf(one)];
  });
  return {
    title: clip(title, 200),
    detail: [input, ...changes].filter((part) => part !== "" && part !== title).join("\n"),
    fingerprint: fingerprintOf(call, workspace),
    kind: call.kind,
  };
}

/** Kind, and command or paths: the same deed asks with the same one after a restart, whatever else differs. */
export function fingerprintOf(call: ToolCall, workspace: string): string {
  const command = commandOf(call);
  if (command !== null) return short(`${call.kind}: ${plain(command)}${placeOf(call, workspace)}`);
  const paths = pathsOf(call, workspace);
  if (paths.length > 0) return short(`${call.kind}: ${paths.join(", ")}`);
  if (call.rawInput !== undefined) {
    return short(`${call.kind}: ${call.title} ${JSON.stringify(ordered(call.rawInput))}`);
  }
  return short(`${call.kind}: ${call.title}`);
}

/** Spaces are told apart only where they may mean something. */
function plain(command: string): string {
  return /["'\\`\n]|<</.test(command) ? command : command.replaceAll(/[ \t]+/g, " ");
}

/** The same command elsewhere is another deed. */
function placeOf({ rawInput }: ToolCall, workspace: string): string {
  const input = isRecord(rawInput) ? rawInput : {};
  const cwd = input["cwd"] ?? input["workdir"];
  if (typeof cwd !== "string" || cwd === workspace || cwd === ".") return "";
  return ` in ${cwd}`;
}

function ordered(found: unknown): unknown {
  if (Array.isArray(found)) return found.map(ordered);
  if (!isRecord(found)) return found;
  const entries = Object.entries(found).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, value]) => [key, ordered(value)]));
}

const SHORT = 300;

/** Readable, and no two long ones the same. */
function short(text: string): string {
  if (text.length <= SHORT) return text;
  return `${text.slice(0, SHORT)}… ${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
}

const CHANGE_LINES = 12;

function changeOf(diff: Record<string, unknown>): string {
  const lines = (text: unknown, mark: string): readonly string[] =>
    typeof text === "string" && text !== ""
      ? text.split("\n").map((line) => `${mark} ${line}`)
      : [];
  const all = [...lines(diff["oldText"], "-"), ...lines(diff["newText"], "+")];
  const more = all.length > CHANGE_LINES ? [`… ${all.length - CHANGE_LINES} more lines`] : [];
  return clip([...all.slice(0, CHANGE_LINES), ...more].join("\n"), 1500);
}
