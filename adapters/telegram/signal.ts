import type { Api } from "grammy";

/** grammY describes its signals by the classes of a package that Node's own ones stand in for. */
type GrammySignal = NonNullable<Parameters<Api["getMe"]>[0]>;

/** The same signal, as grammY's methods take it. */
export function toGrammySignal(signal: AbortSignal): GrammySignal {
  if (isGrammySignal(signal)) return signal;
  throw new TypeError("expected an AbortSignal");
}

function isGrammySignal(signal: unknown): signal is GrammySignal {
  return signal instanceof AbortSignal;
}
