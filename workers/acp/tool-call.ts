import { isAbsolute, relative } from "node:path";

import type { ToolKind as AcpToolKind } from "@agentclientprotocol/sdk";
import { z } from "zod";

import type { ToolKind } from "../worker.ts";
import { parseContent } from "./chunk.ts";
import { isRecord } from "./rpc-message.ts";

/** What is known of one tool call; agents tell it piece by piece. */
export interface ToolCall {
  readonly id: string;
  readonly title: string;
  readonly kind: ToolKind;
  readonly status: "pending" | "in_progress" | "completed" | "failed";
  readonly rawInput: unknown;
  readonly rawOutput: unknown;
  readonly content: readonly unknown[];
  readonly paths: readonly string[];
}

const PIECE = z.object({
  toolCallId: z.string().min(1),
  title: z.string().nullish().catch(null),
  name: z.string().nullish().catch(null),
  kind: z.string().nullish().catch(null),
  status: z.enum(["pending", "in_progress", "completed", "failed"]).nullish().catch(null),
  rawInput: z.unknown().optional(),
  rawOutput: z.unknown().optional(),
  content: z.array(z.unknown()).nullish().catch(null),
  locations: z
    .array(z.object({ path: z.string() }))
    .nullish()
    .catch(null),
});

/** What is known after one more piece, which replaces what it says and leaves the rest. Null: it names no tool call. */
export function toolCallAfter(
  known: (id: string) => ToolCall | undefined,
  piece: unknown,
): ToolCall | null {
  const found = PIECE.safeParse(piece).data;
  if (found === undefined) return null;
  const before = known(found.toolCallId);
  return {
    id: found.toolCallId,
    title: found.title ?? before?.title ?? found.name ?? "",
    kind: found.kind == null ? (before?.kind ?? "other") : toKind(found.kind),
    status: found.status ?? before?.status ?? "pending",
    rawInput: isSaid(found.rawInput) ? found.rawInput : before?.rawInput,
    rawOutput: found.rawOutput ?? before?.rawOutput,
    content: found.content ?? before?.content ?? [],
    paths: found.locations?.map(({ path }) => path) ?? before?.paths ?? [],
  };
}

const KINDS: Readonly<Record<AcpToolKind, ToolKind>> = {
  read: "read",
  search: "search",
  think: "think",
  edit: "edit",
  delete: "delete",
  move: "move",
  execute: "execute",
  fetch: "fetch",
  switch_mode: "other",
  other: "other",
};

function toKind(kind: string): ToolKind {
  return new Map<string, ToolKind>(Object.entries(KINDS)).get(kind) ?? "other";
}

/** Agents begin a call with an empty input and fill it in later. */
function isSaid(input: unknown): boolean {
  return isRecord(input) ? Object.keys(input).length > 0 : input !== undefined && input !== null;
}

/** The command that it runs; null = it runs none, or does not say. */
export function commandOf({ rawInput }: Pick<ToolCall, "rawInput">): string | null {
  if (!isRecord(rawInput)) return null;
  const found = rawInput["command"] ?? rawInput["cmd"];
  const args = rawInput["args"];
  const parts = [found, Array.isArray(args) ? args : []].flat();
  if (!parts.every((part) => typeof part === "string") || parts[0] === undefined) return null;
  const [shell, flag, script, ...more] = parts;
  const isShell = /(^|\/)(ba|z|da)?sh$/.test(shell ?? "") && /^-l?c$/.test(flag ?? "");
  if (isShell && script !== undefined && more.length === 0) return script.trim();
  return parts.length === 1 ? (parts[0]?.trim() ?? null) : parts.map(quoted).join(" ");
}

function quoted(part: string): string {
  return /^[\w@%+=:,./-]+$/.test(part) ? part : JSON.stringify(part);
}

const PATH_KEYS = [
  "path",
  "file_path",
  "filePath",
  "abs_path",
  "notebook_path",
  "source",
  "destination",
];

/** What it reads or changes, relative to the workspace where it is inside. */
export function pathsOf(
  call: Pick<ToolCall, "rawInput" | "paths">,
  workspace: string,
): readonly string[] {
  const input = isRecord(call.rawInput) ? call.rawInput : {};
  const named = PATH_KEYS.flatMap((key) => (typeof input[key] === "string" ? [input[key]] : []));
  const all = [...call.paths, ...named].map((path) => inside(path, workspace));
  return [...new Set(all)].toSorted();
}

function inside(path: string, workspace: string): string {
  if (!isAbsolute(path)) return path.replace(/^\.\//, "");
  const shorter = relative(workspace, path);
  return shorter.startsWith("..") ? path : shorter || ".";
}

const LONGEST = 4000;

/** What it does, for people: a command, paths, or its input as it is. */
export function inputOf(call: ToolCall, workspace: string): string {
  const command = commandOf(call);
  if (command !== null) return clip(command);
  const paths = pathsOf(call, workspace);
  if (paths.length > 0) return clip(paths.join(", "));
  return call.rawInput === undefined ? "" : clip(textIn(call.rawInput));
}

/** What came of it. */
export function resultOf(call: ToolCall): string {
  const parts = call.content.flatMap((one) => {
    if (!isRecord(one)) return [];
    if (one["type"] === "diff") return [`changed ${String(one["path"])}`];
    const content = parseContent(one["content"]);
    return content?.type === "text" ? [content.text] : [];
  });
  const said = parts.join("\n").trim();
  return clip(said === "" && call.rawOutput !== undefined ? textIn(call.rawOutput) : said);
}

function textIn(found: unknown): string {
  return typeof found === "string" ? found : JSON.stringify(found);
}

export function clip(text: string, longest = LONGEST): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest)}… (${text.length - longest} more characters)`;
}
