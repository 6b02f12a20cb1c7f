import type { Session } from "../sessions/machine/state.ts";
import type { Address } from "../sessions/message.ts";
import type { Configuration } from "./config/configuration.ts";

/** Who speaks to an agent, and where. */
export interface Origin {
  readonly address: Address | null;
  /** Null: not known. */
  readonly user: string | null;
}

type Routing = Pick<Configuration, "routes" | "workers" | "defaultWorker">;

/** The worker of the next turn: what was chosen here, as long as there is such a one; else as the routes say. */
export function workerFor(routing: Routing, session: Session, origin: Origin): string {
  const chosen = session.settings.worker;
  if (chosen !== null && routing.workers[chosen] !== undefined) return chosen;
  return routedWorker(routing, origin);
}

/** The first route that fits, else the default worker. */
export function routedWorker(
  { routes, defaultWorker }: Pick<Routing, "routes" | "defaultWorker">,
  { address, user }: Origin,
): string {
  const route = routes.find(
    (one) =>
      fits(one.network, address?.network) && fits(one.chat, address?.chat) && fits(one.user, user),
  );
  return route?.worker ?? defaultWorker;
}

function fits(wanted: string | null, found: string | null | undefined): boolean {
  return wanted === null || wanted === found;
}
