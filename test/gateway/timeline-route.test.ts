import { expect, it } from "vitest";

import { createControlApp } from "../../gateway/control/app.ts";
import { holdOperations } from "../control/held-operations.ts";

async function ask(query: string) {
  const operations = holdOperations();
  const { signal } = new AbortController();
  const app = createControlApp(operations, { log: { info() {}, error() {} }, signal });
  const response = await app.request(`/v1/timeline${query}`);
  return { status: response.status, body: await response.json(), asked: operations.held.asked };
}

it("the timeline is asked for a span and a number of sessions, or for the latest of both", async () => {
  const given = await ask("?from=10&until=20&limit=7");
  expect(given).toMatchObject({ status: 200, asked: [{ from: 10, until: 20, limit: 7 }] });
  expect(given.body).toMatchObject({ from: 10, until: 20, sessions: [], boots: [] });
  expect(await ask("")).toMatchObject({
    status: 200,
    asked: [{ from: null, until: null, limit: 50 }],
  });
});

it.each(["?from=20&until=10", "?from=x", "?limit=0", "?limit=201", "?from=-1", "?other=1"])(
  "the timeline of %s is refused with a word",
  async (query) => {
    const { status, body, asked } = await ask(query);
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { code: "usage" } });
    expect(asked).toEqual([]);
  },
);
