import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What stands where a chat network or a model ought to be. It repeats what it was told, as broken proxies do. */
export interface PlantedNetwork {
  readonly port: number;
  fault: Fault;
  /** Addresses and authorizations that it was given. */
  readonly heard: readonly string[];
  close(): Promise<void>;
}

export type Fault = "refuses" | "garbage" | "broken" | "hangs_up" | "limits";

export async function openPlantedNetwork(): Promise<PlantedNetwork> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    const told = `${request.url} ${request.headers.authorization ?? ""}`;
    heard.push(told);
    switch (network.fault) {
      case "refuses": {
        const text = `Unauthorized: ${told}`;
        const answer = { ok: false, error_code: 401, description: text, error: { message: text } };
        response.writeHead(401, { "Content-Type": "application/json" }).end(JSON.stringify(answer));
        break;
      }
      case "garbage":
        response.writeHead(200, { "Content-Type": "application/json" }).end(`{"${told}`);
        break;
      case "broken":
        response.writeHead(502, { "Content-Type": "text/html" }).end(`<h1>no way to ${told}</h1>`);
        break;
      case "hangs_up":
        request.socket.destroy();
        break;
      case "limits": {
        const answer = { ok: false, error_code: 429, description: told, message: told };
        const wait = { parameters: { retry_after: 1 }, retry_after: 1, global: true };
        response
          .writeHead(429, { "Content-Type": "application/json", "Retry-After": "1" })
          .end(JSON.stringify({ ...answer, ...wait }));
        break;
      }
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const network: PlantedNetwork = {
    port: (server.address() as AddressInfo).port,
    fault: "broken",
    heard,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return network;
}
