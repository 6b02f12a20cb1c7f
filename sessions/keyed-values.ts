/** Small values looked up by key and replaced whole. */
export type KeyedSpace =
  | "cursor"
  | "access"
  | "grant"
  | "dedupe"
  | "settings"
  | "notice"
  | "agent"
  | "trace";

export interface KeyedWrite {
  readonly space: KeyedSpace;
  readonly key: string;
  /** JSON; null removes it. */
  readonly value: unknown;
  readonly ttlMs: number | null;
}
