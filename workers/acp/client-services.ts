import type { ClientFiles } from "./client-files.ts";
import { createClientFiles } from "./client-files.ts";
import { noSuchMethod } from "./agent-link.ts";
import type { Call, Reply } from "./rpc-peer.ts";
import type { Terminals, TerminalsOptions } from "./terminals.ts";
import { createTerminals } from "./terminals.ts";

/** What an agent may have done by us, as far as it was offered. */
export interface ClientServices {
  serve(call: Call): Promise<Reply>;
  /** Files outside the workspace that may be read in this turn. */
  allow(paths: readonly string[]): void;
}

export interface Offers {
  readonly files: boolean;
  readonly terminals: boolean;
}

export function createClientServices(
  options: TerminalsOptions & { offers: Offers },
): ClientServices {
  const { offers } = options;
  const files: ClientFiles | null = offers.files ? createClientFiles(options.workspace) : null;
  const terminals: Terminals | null = offers.terminals ? createTerminals(options) : null;
  return {
    serve: ({ method, params }) =>
      files?.serve(method, params) ??
      terminals?.serve(method, params) ??
      Promise.resolve(noSuchMethod(method)),
    allow: (paths) => files?.allow(paths),
  };
}
