import { connect } from "node:net";
import { request } from "node:http";
import { dirname, join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { serveControl, type ControlServer } from "../../gateway/control/serve-control.ts";
import type { Operations } from "../../gateway/operations.ts";
import { createWorld, type World } from "../gateway/world.ts";

/** `FUZZ_REQUESTS=100000 npx vitest run test/control/fuzz` for more. */
const RUNS = Number(process.env["FUZZ_REQUESTS"] ?? 10_000);

vi.setConfig({ testTimeout: 30_000 + RUNS * 30 });

let world: World;
let server: ControlServer;
let socket: string;
const broken: unknown[] = [];

beforeAll(async () => {
  world = await createWorld();
  const { gateway } = await world.boot();
  await world.network.say("c1", "hello");
  await world.clock.advance(10);
  // A gateway that leaves is another test's.
  const operations: Operations = {
    ...gateway.operations,
    drain: async () => {
      throw new Error("not in this test");
    },
  };
  socket = join(dirname(world.file), "control.sock");
  const log = { info: () => {}, error: (...all: unknown[]) => void broken.push(all) };
  server = await serveControl({ operations, socket, log });
});
afterAll(async () => {
  await server.close();
  await world.close();
});

const junk = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom("fake:main:c1", "msg_1", "..", "%00", "%", "__proto__", "local:main", "a/b", " "),
  fc.string({ minLength: 1000, maxLength: 6000 }),
);

const ROUTES = [
  ["GET", "/v1/status"],
  ["GET", "/v1/plan"],
  ["GET", "/v1/drain"],
  ["POST", "/v1/undrain"],
  ["POST", "/v1/reload"],
  ["GET", "/v1/requests"],
  ["GET", "/v1/requests/:id"],
  ["POST", "/v1/requests/:id/answer"],
  ["GET", "/v1/messages/:id/fate"],
  ["GET", "/v1/sessions"],
  ["GET", "/v1/sessions/:id"],
  ["GET", "/v1/sessions/:id/summary"],
  ["GET", "/v1/sessions/:id/export"],
  ["POST", "/v1/sessions/:id/resume"],
  ["POST", "/v1/sessions/:id/release"],
  ["POST", "/v1/sessions/:id/forget"],
  ["POST", "/v1/sessions/:id/stop"],
  ["GET", "/v1/outbox"],
  ["GET", "/v1/timeline"],
  ["GET", "/v1/deadletters"],
  ["POST", "/v1/deadletters/:id/retry"],
  ["POST", "/v1/deadletters/:id/drop"],
  ["GET", "/v1/grants"],
  ["POST", "/v1/grants/:id/revoke"],
  ["GET", "/v1/access"],
  ["POST", "/v1/access/approve"],
  ["POST", "/v1/access/allow"],
  ["POST", "/v1/access/revoke"],
  ["POST", "/v1/access/deny"],
  ["GET", "/v1/events"],
  ["GET", "/v1/feed"],
] as const;

const names = [
  "by",
  "code",
  "network",
  "user",
  "standing",
  "decision",
  "limit",
  "after",
  "status",
  "from",
  "until",
  "entries",
];
const field = fc.oneof(fc.constantFrom(...names), junk);
const value = fc.oneof(junk, fc.jsonValue({ maxDepth: 3 }), fc.constantFrom("fake", "operator", 1));

const body = fc.oneof(
  fc.constantFrom(
    '{"decision":"allow","by":"me"}',
    '{"code":"ABCD-EFGH","by":"me"}',
    '{"network":"fake","user":"7","by":"me"}',
  ),
  fc.constant(""),
  junk,
  fc.dictionary(field, value, { maxKeys: 5 }).map((one) => JSON.stringify(one)),
  fc.constantFrom("[".repeat(50_000), '{"by":', "null", '{"__proto__":{"by":"x"}}', "\0"),
);

const asked = fc.record({
  route: fc.constantFrom(...ROUTES),
  other: fc.option(fc.constantFrom("PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "GET", "POST"), {
    freq: 8,
  }),
  id: junk,
  query: fc.array(fc.tuple(field, junk), { maxLength: 3 }),
  isRaw: fc.boolean(),
  body,
});

type Asked = typeof asked extends fc.Arbitrary<infer Value> ? Value : never;

function pathOf({ route, id, query, isRaw }: Asked): string {
  const plain = id.replaceAll(/[^!-~]/gu, "");
  const path = route[1].replace(":id", () => (isRaw ? plain : encodeURIComponent(whole(id))));
  const words = new URLSearchParams(
    query.map(([name, text]): [string, string] => [whole(name), whole(text)]),
  );
  return words.size === 0 ? path : `${path}?${words.toString()}`;
}

const whole = (text: string): string => text.toWellFormed();

function ask(one: Asked): Promise<{ status: number; text: string }> {
  const method = one.other ?? one.route[0];
  return new Promise((resolve, reject) => {
    const options = { socketPath: socket, method, path: pathOf(one), agent: false };
    const sent = request({ ...options, signal: AbortSignal.timeout(5000) }, (response) => {
      const status = response.statusCode ?? 0;
      // What goes on for ever.
      if (response.headers["content-type"]?.startsWith("text/event-stream") === true) {
        response.destroy();
        return resolve({ status, text: "{}" });
      }
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => resolve({ status, text }));
      response.on("error", reject);
    });
    sent.on("error", (error) => {
      // Node hangs up on whom it tells 431, also in the middle of a body.
      if (pathOf(one).length > 8000) resolve({ status: 431, text: "" });
      else reject(error);
    });
    sent.end(["GET", "HEAD"].includes(method) ? undefined : one.body);
  });
}

describe("the control API", () => {
  it("answers whatever it is asked with a result, or with what is wrong and what to do", async () => {
    const seen = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(asked, async (one) => {
        const { status, text } = await ask(one);
        seen.set(status, (seen.get(status) ?? 0) + 1);
        expect([200, 400, 404, 413, 414, 431], text).toContain(status);
        if (status === 200 || one.other === "HEAD" || text === "") return;
        const { error } = JSON.parse(text) as { error: Record<string, string> };
        expect(error["code"]).toMatch(/^[a-z_]+$/);
        expect(error["message"]).not.toBe("");
        expect(error["advice"]).not.toBe("");
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    expect(broken).toEqual([]);
    expect([200, 400, 404].every((status) => (seen.get(status) ?? 0) > RUNS / 100)).toBe(true);
    expect((await world.now().gateway.operations.status()).phase).toBe("running");
  });

  it("is not shaken by what is no HTTP", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (bytes) => {
        await new Promise<void>((resolve) => {
          const line = connect(socket, () => line.end(bytes));
          line
            .on("error", () => {})
            .on("close", () => resolve())
            .resume();
        });
      }),
      { numRuns: Math.ceil(RUNS / 10) },
    );
    const status = await ask({
      route: ROUTES[0],
      other: null,
      id: "",
      query: [],
      isRaw: false,
      body: "",
    });
    expect(status.status).toBe(200);
  });
});
