import { request } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openConsoleHouse } from "./console-house.ts";
import type { ConsoleHouse } from "./console-house.ts";

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const PROBES = ["/livez", "/readyz", "/startupz", "/metrics"];
const GUARDED = [
  "/",
  "/index.html",
  "/console/page.ts",
  "/console/base.css",
  "/console/../package.json",
  "/console/%2e%2e/package.json",
  "/console//../../etc/passwd",
  "/vendor/preact/dist/preact.module.js",
  "/vendor/../cli/main.ts",
  "/favicon.ico",
  "/api/v1/status",
  "/api/v1/sessions",
  "/api/v1/feed",
  "/api/v1/events",
  "/api/v1/nothing",
  "/chat/v1/chats/home/messages",
  "/chat/v1/events",
  "/chat/v1/files/1",
  "/anything",
  "/livez/../api/v1/status",
  "//api/v1/status",
];

describe("the console's door", () => {
  let house: ConsoleHouse;
  let token: string;
  let cookie: string;
  beforeAll(async () => {
    house = await openConsoleHouse();
    await house.run();
    token = new URL(house.link()).searchParams.get("token") ?? "";
    const { headers } = await ask(`/?token=${token}`);
    cookie = headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
  });
  afterAll(() => house.close());

  // Not fetch: that would tidy the path and the Host away.
  const ask = (
    path: string,
    how: { method?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(house.origin);
      const sent = request(
        { hostname, port, path, method: how.method ?? "GET", headers: how.headers ?? {} },
        (response) => {
          let body = "";
          response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
          response.on("end", () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
          );
        },
      );
      sent.setTimeout(10_000, () => sent.destroy(new Error(`no end of ${path}`)));
      sent.on("error", reject).end();
    });

  it("serves nothing but the health endpoints without the token", async () => {
    for (const path of PROBES) expect([path, (await ask(path)).status]).toEqual([path, 200]);
    for (const path of GUARDED) {
      const { status, body } = await ask(path);
      expect([path, status]).toEqual([path, 401]);
      expect(body).not.toContain("import");
    }
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      const { status } = await ask("/api/v1/drain", { method });
      expect([method, status]).toEqual([method, 401]);
    }
    for (const wrong of ["x", `${token}x`, token.slice(1), ""]) {
      expect((await ask(`/?token=${wrong}`)).status).toBe(401);
      expect((await ask("/", { headers: { authorization: `Bearer ${wrong}` } })).status).toBe(401);
    }
    expect((await ask("/api/v1/status", { headers: { cookie } })).status).toBe(200);
    expect(
      (await ask("/api/v1/status", { headers: { authorization: `Bearer ${token}` } })).status,
    ).toBe(200);
  });

  it("refuses a foreign Host and a foreign Origin, also from who has the token", async () => {
    const port = new URL(house.origin).port;
    for (const host of [
      "evil.example",
      `evil.example:${port}`,
      "127.0.0.1.evil.example",
      "[::2]",
    ]) {
      const headers = { cookie, host };
      expect([host, (await ask("/", { headers })).status]).toEqual([host, 403]);
      expect([host, (await ask("/api/v1/status", { headers })).status]).toEqual([host, 403]);
      expect((await ask(`/?token=${token}`, { headers: { host } })).status).toBe(403);
    }
    for (const origin of ["http://evil.example", "null", "http://127.0.0.1:1", "file://"]) {
      const headers = { cookie, origin, "x-sluice": "console" };
      expect([origin, (await ask("/api/v1/status", { headers })).status]).toEqual([origin, 403]);
      const post = await ask("/api/v1/drain", { method: "POST", headers });
      expect([origin, post.status]).toEqual([origin, 403]);
    }
    // What a form on somebody's page could send.
    expect((await ask("/api/v1/drain", { method: "POST", headers: { cookie } })).status).toBe(403);
    expect((await house.control.status()).phase).toBe("running");
  });

  it("lets nothing be framed, sniffed, or run that is not its own", async () => {
    for (const path of ["/", "/api/v1/status", "/console/page.ts"]) {
      const { status, headers } = await ask(path, { headers: { cookie } });
      expect([path, status]).toEqual([path, 200]);
      const policy = String(headers["content-security-policy"]);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("require-trusted-types-for 'script'");
      expect(policy).not.toMatch(/unsafe|\*/);
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["referrer-policy"]).toBe("no-referrer");
      expect(headers["access-control-allow-origin"]).toBeUndefined();
    }
  });
});
