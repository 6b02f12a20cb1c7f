import { createServer } from "node:net";

/** The code of what stands in the way of listening there; null = nothing. */
export function listenFault({
  host,
  port,
}: {
  readonly host: string;
  readonly port: number;
}): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => {
      resolve("code" in error && typeof error.code === "string" ? error.code : error.message);
    });
    server.listen({ host, port }, () => server.close(() => resolve(null)));
  });
}
