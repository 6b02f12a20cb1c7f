/** The same of the gateway and of the bare bot. */
export interface Pair<Value> {
  readonly gateway: Value;
  readonly bare: Value;
}

/** One after the other, so that neither is measured while the other works. */
export async function byTurns<Value, Result>(
  { gateway, bare }: Pair<Value>,
  act: (one: Value) => Promise<Result>,
): Promise<Pair<Result>> {
  const first = await act(gateway);
  return { gateway: first, bare: await act(bare) };
}
