import type { Engine } from "../../sessions/engine.ts";

/** An engine that tells when what is stored may have changed. */
export function watchCommits(bare: Engine): {
  readonly engine: Engine;
  onCommit(listener: () => void): void;
} {
  let told = (): void => undefined;
  const changed = (): void => told();
  return {
    engine: {
      ...bare,
      accept: (batch, options) => bare.accept(batch, options).finally(changed),
      claim: (unit) => bare.claim(unit).finally(changed),
      commit: (unit) => bare.commit(unit).finally(changed),
    },
    onCommit(listener) {
      told = listener;
    },
  };
}
