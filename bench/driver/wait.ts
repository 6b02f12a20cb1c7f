/** Asks again and again until there is an answer. Throws when there is none in time. */
export async function until<Value>(
  what: string,
  look: () => Value | null | Promise<Value | null>,
  pace: { readonly everyMs: number; readonly mostMs: number },
): Promise<Value> {
  const deadline = performance.now() + pace.mostMs;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > deadline) throw new Error(`waited ${pace.mostMs} ms for ${what}`);
    await pause(pace.everyMs);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
