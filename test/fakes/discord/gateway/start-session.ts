import type { Recorder } from "../recorder.ts";
import type { World } from "../world/world.ts";
import type { Connection } from "./connection.ts";
import type { GatewaySettings } from "./gateway.ts";
import type { IdentifyBudget } from "./identify-budget.ts";
import { identifyFault, identifyShape } from "./identify.ts";
import { greet } from "./ready.ts";
import { dispatch } from "./session.ts";
import type { SessionStore } from "./session-store.ts";

export interface IdentifyContext {
  readonly world: World;
  readonly settings: GatewaySettings;
  readonly recorder: Recorder;
  readonly sessions: SessionStore;
  readonly budget: IdentifyBudget;
  readonly resumeUrl: string;
}

/** Op 2. */
export function createIdentifier(
  context: IdentifyContext,
): (connection: Connection, d: unknown) => void {
  const { world, settings, recorder, sessions, budget } = context;
  const { clock } = world;
  const lastIdentify = new Map<number, number>();

  function isTooSoon(shard: number): boolean {
    const key = shard % settings.maxConcurrency;
    const last = lastIdentify.get(key);
    if (last !== undefined && clock.now() - last < settings.identifyEveryMs) return true;
    lastIdentify.set(key, clock.now());
    return false;
  }

  return (connection, d) => {
    const { success, data } = identifyShape.safeParse(d);
    if (!success) return connection.close(4002);
    if (connection.session !== null) return connection.close(4005);
    const { token, shard = [0, 1], intents } = data;
    const record = (session: string | null): void =>
      void recorder.identifies.push({
        at: clock.now(),
        connection: connection.number,
        shard,
        intents: typeof intents === "number" ? intents : Number.NaN,
        session,
      });
    if (connection.host === "resume") recorder.misuse.push("IDENTIFY on the resume host");

    const fault =
      token === settings.token()
        ? identifyFault(data, world.granted, settings.requiredShards)
        : 4004;
    if (fault !== null) {
      record(null);
      return connection.close(fault);
    }
    if (isTooSoon(shard[0])) {
      record(null);
      return connection.send({ op: 9, d: false });
    }
    if (!budget.take()) {
      record(null);
      return settings.onBudgetSpent();
    }
    const session = greet(world, {
      intents: Number(intents),
      shard,
      connection,
      resumeUrl: context.resumeUrl,
      dispatch: (to, event) => dispatch(to, event, settings.replayLimit),
    });
    sessions.add(session);
    record(session.id);
  };
}
