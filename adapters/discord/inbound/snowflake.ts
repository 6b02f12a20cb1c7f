/** Discord's ids tell when they were made, and later ones are larger. */

const EPOCH = 1_420_070_400_000n;

/** Epoch ms. */
export function timeOf(id: string): number {
  return Number((BigInt(id) >> 22n) + EPOCH);
}

/** The smallest id of that time. */
export function idAt(time: number): string {
  const since = BigInt(Math.max(0, Math.floor(time))) - EPOCH;
  return ((since < 0n ? 0n : since) << 22n).toString();
}

export function isAfter(id: string, other: string): boolean {
  return BigInt(id) > BigInt(other);
}

export function laterOf(id: string, other: string): string {
  return isAfter(id, other) ? id : other;
}

/** `after=` this brings the message of that id, too. */
export function justBefore(id: string): string {
  return (BigInt(id) - 1n).toString();
}
