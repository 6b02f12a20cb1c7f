import { Secret } from "../config/secret.ts";

/** The keys at which two configurations differ, as the file writes them: `turns.atOnce`. */
export function differences(before: unknown, after: unknown, path = ""): readonly string[] {
  if (isOpen(before) && isOpen(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) =>
      differences(before[key], after[key], path === "" ? key : `${path}.${key}`),
    );
  }
  return isSame(before, after) ? [] : [path];
}

function isOpen(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Secret)
  );
}

function isSame(before: unknown, after: unknown): boolean {
  if (before instanceof Secret && after instanceof Secret) {
    return before.reveal() === after.reveal();
  }
  // Lists; anything else is its own text.
  return JSON.stringify(before) === JSON.stringify(after);
}
