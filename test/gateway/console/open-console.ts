import { join } from "node:path";
import type { Adapter } from "../../../adapters/adapter.ts";
import { Secret } from "../../../gateway/config/secret.ts";
import { serveHttp } from "../../../gateway/console/serve-http.ts";
import type { HttpServer } from "../../../gateway/console/serve-http.ts";
import { createFakeClock } from "../../fakes/fake-clock.ts";
import type { FakeClock } from "../../fakes/fake-clock.ts";
import { holdOperations } from "../../control/held-operations.ts";
import type { HeldOperations } from "../../control/held-operations.ts";
import { ask } from "./ask.ts";
import type { Answer, Asked } from "./ask.ts";

export const TOKEN = "planted0token0planted0token01234";

/** A console with the real page over held operations, its clock, and all that it logged. */
export interface OpenConsole {
  readonly server: HttpServer;
  readonly operations: HeldOperations;
  readonly clock: FakeClock;
  readonly logged: string[];
  /** `Authorization` of who has the token. */
  readonly bearer: Readonly<Record<string, string>>;
  ask(path: string, asked?: Asked): Promise<Answer>;
  /** `Cookie` of who came by the link. */
  enter(): Promise<Readonly<Record<string, string>>>;
}

export interface ConsolePlan {
  readonly token?: string;
  readonly host?: string;
  readonly hosts?: readonly string[];
  readonly adapters?: readonly Adapter[];
  readonly clock?: FakeClock;
  readonly isServed?: boolean;
}

export async function openConsole(plan: ConsolePlan = {}): Promise<OpenConsole> {
  const { token = TOKEN, host = "127.0.0.1", clock = createFakeClock() } = plan;
  const operations = holdOperations();
  const logged: string[] = [];
  const write = (fields: Readonly<Record<string, unknown>>, message: string): void => {
    const { err } = fields;
    logged.push(JSON.stringify(fields), message, err instanceof Error ? String(err.stack) : "");
  };
  const server = await serveHttp({
    operations,
    health: () => ({ phase: "running", held: null }),
    oldestQueuedMs: async () => null,
    host: "127.0.0.1",
    port: 0,
    console:
      plan.isServed === false
        ? null
        : {
            operations,
            adapters: plan.adapters ?? [],
            token: new Secret(token),
            host,
            hosts: plan.hosts ?? [],
            directory: join(import.meta.dirname, "../../../console"),
            clock,
            log: { info: write, warn: write, error: write },
          },
  });
  const asks = (path: string, asked?: Asked): Promise<Answer> => ask(server.port, path, asked);
  return {
    server,
    operations,
    clock,
    logged,
    bearer: { Authorization: `Bearer ${token}` },
    ask: asks,
    async enter() {
      const { headers } = await asks(`/?token=${token}`);
      return { Cookie: headers["set-cookie"]?.[0]?.split(";")[0] ?? "" };
    },
  };
}
