import type { Api } from "./api.ts";
import type { Live } from "./live.ts";

/** What every view is given. */
export interface ViewProps {
  readonly live: Live;
  readonly api: Api;
  /** What stands behind the view's name in the address, decoded. */
  readonly path: readonly string[];
}
