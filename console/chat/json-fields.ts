/** Reading answers whose shape was not checked: what is not as expected reads as null. */

export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;
}

export function textIn(value: unknown, name: string): string | null {
  const found = fieldOf(value, name);
  return typeof found === "string" ? found : null;
}

export function numberIn(value: unknown, name: string): number | null {
  const found = fieldOf(value, name);
  return typeof found === "number" && Number.isFinite(found) ? found : null;
}

export function listIn(value: unknown, name: string): readonly unknown[] {
  const found = fieldOf(value, name);
  return Array.isArray(found) ? found : [];
}

/** Null for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export function isThere<Value>(value: Value | null): value is Value {
  return value !== null;
}
