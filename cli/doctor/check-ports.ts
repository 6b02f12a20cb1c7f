import type { Configuration } from "../../gateway/config/configuration.ts";
import { fail, ok, type Finding } from "./finding.ts";
import { listenFault } from "./listen-fault.ts";

interface Port {
  readonly key: string;
  readonly host: string;
  readonly port: number;
}

/** Where the gateway listens, or could. A port that is taken while no gateway runs is somebody else's. */
export async function checkPorts(
  configuration: Configuration,
  { isRunning }: { readonly isRunning: boolean },
): Promise<readonly Finding[]> {
  const wanted = portsOf(configuration).filter(({ port }) => port !== 0);
  return Promise.all(
    wanted.map(async (one) => {
      const check = `port ${one.port}`;
      const where = `${one.key} (${one.host})`;
      const fault = await listenFault(one);
      if (fault === null) return ok(check, `free for ${where}`);
      if (fault === "EADDRINUSE" && isRunning) return ok(check, `open: ${where}`);
      const found =
        fault === "EADDRINUSE"
          ? `taken by another program, wanted for ${where}`
          : `${fault} at ${where}`;
      return fail(check, found, `free it (see ss -ltnp), or set ${one.key} to another`);
    }),
  );
}

function portsOf({ networks, http, webhooks }: Configuration): readonly Port[] {
  const all = Object.entries(networks);
  const isCalled = all.some(([, one]) => one.adapter === "telegram" && one.webhook !== null);
  return [
    ...all.flatMap(([name, one]) =>
      one.adapter === "local"
        ? [{ key: `networks.${name}.port`, host: one.host, port: one.port }]
        : [],
    ),
    ...(http.port === null ? [] : [{ key: "http.port", host: http.host, port: http.port }]),
    ...(isCalled ? [{ key: "webhooks.port", ...webhooks }] : []),
  ];
}
