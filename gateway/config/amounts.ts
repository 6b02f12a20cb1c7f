import { z } from "zod";

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Node's timers fire at once for anything longer. */
const LONGEST_MS = 2 ** 31 - 1;

/** A span in whole milliseconds. `least` 0 = the feature may be switched off, as its description says. */
export function span(fallback: number, does: string, least = 0) {
  return z.int().min(least).max(LONGEST_MS).default(fallback).describe(`${does} Milliseconds.`);
}

/** How long something is kept; it may be longer than a timer can wait. */
export function age(fallback: number, does: string, least = 0) {
  return z
    .int()
    .min(least)
    .max(3650 * DAY)
    .default(fallback)
    .describe(`${does} Milliseconds.`);
}

export function count(fallback: number, does: string, range: { least: number; most: number }) {
  return z.int().min(range.least).max(range.most).default(fallback).describe(does);
}

export function port(does: string) {
  return z.int().min(0).max(65_535).describe(`${does} 0 takes any free port.`);
}

/** Text that a person wrote: never empty. */
export function words(does: string) {
  return z.string().min(1).describe(does);
}

/** Names that become part of session keys, metrics and paths. */
export const name = z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/, {
  error: "a name of small letters, digits, - and _, at most 32, beginning with a letter",
});
