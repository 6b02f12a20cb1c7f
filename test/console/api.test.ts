import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import { afterEach, beforeEach, expect, it } from "vitest";

import { createApi } from "../../console/api.ts";
import type { Api } from "../../console/api.ts";

let server: Server;
let api: Api;
let asked: IncomingMessage[];
let answer: { status: number; body: string };

beforeEach(async () => {
  asked = [];
  answer = { status: 200, body: `{"done":true}` };
  server = createServer((request, response) => {
    asked.push(request);
    response.writeHead(answer.status).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : null;
  api = createApi(`http://127.0.0.1:${port}`);
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

it("a change carries the word that another site's page cannot send", async () => {
  expect(await api.post("/api/v1/undrain")).toEqual({ done: true });
  expect(asked[0]).toMatchObject({ method: "POST", headers: { "x-sluice": "console" } });
});

it("a refusal keeps its code, what was found and what to do", async () => {
  answer = {
    status: 404,
    body: `{"error":{"code":"not_found","message":"no session x","advice":"list them"}}`,
  };
  await expect(api.get("/api/v1/sessions/x")).rejects.toMatchObject({
    status: 404,
    code: "not_found",
    message: "no session x",
    advice: "list them",
  });
});

it("an answer that is not of the gateway is told as what it is", async () => {
  answer = { status: 502, body: "<html>bad gateway</html>" };
  await expect(api.get("/api/v1/status")).rejects.toMatchObject({ status: 502, code: "http_502" });
  answer = { status: 200, body: "half an ans" };
  await expect(api.get("/api/v1/status")).rejects.toMatchObject({ code: "gateway_away" });
});

it("a gateway that does not answer is away, and that is no fault of the question", async () => {
  server.close();
  server.closeAllConnections();
  await expect(api.get("/api/v1/status")).rejects.toMatchObject({
    status: 0,
    code: "gateway_away",
  });
});

it("who leaves hears nothing of an absence", async () => {
  const left = new AbortController();
  left.abort(new Error("left"));
  await expect(api.get("/api/v1/status", left.signal)).rejects.toThrow("left");
});
