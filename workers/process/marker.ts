import { createHash } from "node:crypto";

import type { BootId } from "../../sessions/ids.ts";

/** The variable that every process of a worker, and whatever it starts, carries. */
export const MARKER_VARIABLE = "SLUICE_WORKER";

/** `<instance>.<boot>` names the workers of one boot, `<instance>.<boot>.<process>` one process of them. */
export interface Marker {
  readonly instance: string;
  /** As found: the boot may be long dead. */
  readonly boot: string;
  readonly process: string | null;
}

export function formatMarker(parts: { readonly instance: string; readonly boot: BootId }): string {
  return `${parts.instance}.${parts.boot}`;
}

/** `name` is unique within the boot: letters, digits, `_` and `-`. */
export function formatProcessMarker(marker: string, name: string): string {
  return `${marker}.${name}`;
}

/** Null when the text is not a marker. */
export function parseMarker(text: string): Marker | null {
  const found = /^([\w-]+)\.(boot_\w+)(?:\.([\w-]+))?$/.exec(text);
  const [, instance, boot, process] = found ?? [];
  if (instance === undefined || boot === undefined) return null;
  return { instance, boot, process: process ?? null };
}

/** Stands for a state directory (an absolute path without links), so that two gateways on one machine leave each other's workers alone. */
export function toInstance(stateDir: string): string {
  return createHash("sha256").update(stateDir).digest("hex").slice(0, 16);
}
