import { mkdirSync } from "node:fs";

import { SluiceError, textOf } from "../../sessions/errors.ts";

/** Makes it for this user only: it holds conversations. One that is there is left as it is. */
export function makeStateDirectory(stateDir: string): void {
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new SluiceError(
      "state_unwritable",
      `Cannot create the state directory ${stateDir} (${textOf(error)})`,
      { advice: "create it for this user, or choose another with --state-dir", cause: error },
    );
  }
}
