import type { Logger } from "pino";
import type { Clock } from "../sessions/clock.ts";
import type { Engine } from "../sessions/engine.ts";
import type { BootId, Ids } from "../sessions/ids.ts";
import type { Access } from "./access/access.ts";
import type { Configuration } from "./config/configuration.ts";
import type { Networks } from "./networks.ts";
import type { Catalogue } from "./notices/catalogue.ts";
import type { Probe } from "./probe.ts";

/** What every room of the gateway stands on. Nothing here decides anything. */
export interface Core {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly settings: Configuration;
  readonly texts: Catalogue;
  readonly networks: Networks;
  readonly access: Access;
  readonly probe: Probe;
  readonly boot: BootId;
  /** Of this boot's lease on the store: a turn of an earlier one cannot overwrite what this one wrote. */
  readonly fence: number;
}
