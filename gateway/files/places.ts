import { join } from "node:path";

import type { MessageId, TurnId } from "../../sessions/ids.ts";
import type { Core } from "../core.ts";

/** Only this user may look. */
export const PRIVATE = { directory: 0o700, file: 0o600 };

/** Where the files of all turns are, by turn: those that came, and those that are for people. */
export function filesPlace({ settings }: Pick<Core, "settings">, side: "in" | "out"): string {
  return join(settings.stateDir, "files", side);
}

export function incomingPlace(core: Core, turn: TurnId): string {
  return join(filesPlace(core, "in"), turn);
}

/** By message: the same attachment has the same path for every worker of its turn. */
export function attachmentsPlace(core: Core, turn: TurnId, message: MessageId): string {
  return join(incomingPlace(core, turn), message);
}

export function outgoingPlace(core: Core, turn: TurnId): string {
  return join(filesPlace(core, "out"), turn);
}
