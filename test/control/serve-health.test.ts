import { afterEach, describe, expect, it } from "vitest";
import { serveHttp, type HttpServer } from "../../gateway/console/serve-http.ts";
import type { Health } from "../../gateway/control/health-app.ts";
import { holdOperations } from "./held-operations.ts";

describe("health listener", () => {
  let health: Health = { phase: "running", held: null };
  let oldest = async (): Promise<number | null> => null;
  let server: HttpServer;
  const serve = async (port = 0): Promise<HttpServer> =>
    serveHttp({
      console: null,
      operations: holdOperations(),
      health: () => health,
      oldestQueuedMs: () => oldest(),
      host: "127.0.0.1",
      port,
    });
  const status = async (path: string): Promise<number> =>
    (await fetch(`http://127.0.0.1:${server.port}${path}`)).status;
  afterEach(() => server.close());

  it("gateway is live, and ready only while it runs and is not held", async () => {
    server = await serve();
    const seen: unknown[] = [];
    for (const phase of [
      "starting",
      "running",
      "draining",
      "drained",
      "stopped",
      "failed",
    ] as const) {
      health = { phase, held: null };
      seen.push([
        phase,
        await status("/livez"),
        await status("/startupz"),
        await status("/readyz"),
      ]);
    }
    health = { phase: "running", held: "3 crashes in 5 minutes" };
    seen.push(["held", await status("/livez"), await status("/startupz"), await status("/readyz")]);
    expect(seen).toEqual([
      ["starting", 200, 503, 503],
      ["running", 200, 200, 200],
      ["draining", 200, 200, 503],
      ["drained", 200, 200, 503],
      ["stopped", 200, 200, 503],
      ["failed", 200, 200, 503],
      ["held", 200, 200, 503],
    ]);
  });

  it("a gateway whose oldest message waits for long is ready, and says that it is late", async () => {
    server = await serve();
    health = { phase: "running", held: null };
    const seen = async () => {
      const answer = await fetch(`http://127.0.0.1:${server.port}/readyz`);
      return [answer.status, ((await answer.json()) as { degraded: string | null }).degraded];
    };
    oldest = async () => 15 * 60_000;
    expect(await seen()).toEqual([200, null]);
    oldest = async () => 20 * 60_000;
    expect(await seen()).toEqual([200, "the oldest message has waited for 20 min"]);
    oldest = () => Promise.reject(new Error("disk"));
    expect(await seen()).toEqual([200, "the store cannot be read"]);
    oldest = async () => null;
  });

  it("metrics are served as Prometheus text, and control is not served at all", async () => {
    server = await serve();
    const answer = await fetch(`http://127.0.0.1:${server.port}/metrics`);
    expect(answer.headers.get("content-type")).toContain("version=0.0.4");
    expect(await answer.text()).toContain("sluice_turns 1");
    expect(await status("/v1/status")).toBe(404);
  });

  it("a port that is taken is named with what to do", async () => {
    server = await serve();
    await expect(serve(server.port)).rejects.toMatchObject({
      code: "port_in_use",
      message: expect.stringMatching(new RegExp(`${server.port}.*http\\.port`)) as string,
    });
  });
});
