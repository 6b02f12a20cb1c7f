import { badRequest } from "./bot-error.ts";

/** What a call carries. Numbers may come as text and objects as JSON text, as Telegram allows. */
export interface Parameters {
  readonly fields: ReadonlyMap<string, unknown>;
  readonly files: ReadonlyMap<string, UploadedFile>;
}

export interface UploadedFile {
  readonly name: string;
  readonly mime: string;
  readonly bytes: Uint8Array;
}

/** Text of a parameter; "" when it is not given. */
export function textOf({ fields }: Parameters, name: string): string {
  const value = fields.get(name);
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function numberOf(
  parameters: Parameters,
  name: string,
  range: { otherwise: number; min?: number; max?: number },
): number {
  const text = textOf(parameters, name);
  const number = /^-?\d+$/.test(text) ? Number(text) : range.otherwise;
  return Math.min(Math.max(number, range.min ?? -Infinity), range.max ?? Infinity);
}

export function booleanOf(parameters: Parameters, name: string): boolean {
  return ["true", "yes", "1"].includes(textOf(parameters, name).toLowerCase());
}

/** A JSON parameter; undefined when it is not given. `what` names it in the refusal. */
export function jsonOf({ fields }: Parameters, name: string, what: string): unknown {
  const value = fields.get(name);
  if (typeof value !== "string") return value ?? undefined;
  if (value === "") return undefined;
  try {
    return JSON.parse(value);
  } catch {
    throw badRequest(`can't parse ${what} JSON object`);
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The parameters for a log: JSON text parsed, files as their name and size. */
export function payloadOf({ fields, files }: Parameters): Record<string, unknown> {
  const payload: Record<string, unknown> = {};
  for (const [name, value] of fields) payload[name] = legible(value);
  for (const [name, file] of files) payload[name] = { name: file.name, size: file.bytes.length };
  return payload;
}

function legible(value: unknown): unknown {
  if (typeof value !== "string" || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
