import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** What the runs behind the pictures stand on. */

export const DEADLINE_MS = 30_000;

export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error("the picture's run did not get on within 30 s");
    await pause(40);
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
