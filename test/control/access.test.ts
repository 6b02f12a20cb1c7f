import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it } from "vitest";

import { connectControl } from "../../gateway/control/client.ts";
import { serveControl, type ControlServer } from "../../gateway/control/serve-control.ts";
import { holdOperations, type HeldOperations } from "./held-operations.ts";
import { request } from "./request.ts";

let directory: string;
let socket: string;
let operations: HeldOperations;
let server: ControlServer;
const logged: unknown[] = [];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "sluice-access-"));
  socket = join(directory, "control.sock");
  operations = holdOperations();
  const log = {
    info: (...line: unknown[]) => void logged.push(line),
    error: (...line: unknown[]) => void logged.push(line),
  };
  server = await serveControl({ operations, socket, log });
});
afterEach(async () => {
  await server.close();
  rmSync(directory, { recursive: true, force: true });
});

it("a client lists, lets in and keeps out as the operations do", async () => {
  const { access } = connectControl(socket);
  const who = { network: "telegram", user: "7" };
  expect(await access.list()).toEqual(operations.held.access);
  const approval = { by: "ann", standing: "operator" } as const;
  expect(await access.approve("GOOD-CODE", approval)).toMatchObject({
    outcome: "approved",
    person: { user: "7", standing: "operator" },
  });
  expect(await access.approve("BAD", approval)).toEqual({ outcome: "unknown" });
  expect(await access.allow(who, { by: "ann", standing: "user" })).toMatchObject(who);
  expect(await access.revoke(who, "ann")).toMatchObject({ outcome: "revoked", dropped: 2 });
  expect(await access.deny(who, "ann")).toMatchObject({ outcome: "denied", stopped: 1 });
  expect(operations.held.asked).toContainEqual({ who, by: "ann" });
});

it.each([
  ["approve", {}],
  ["approve", { code: "SECRETX", by: "" }],
  ["approve", { code: "SECRETX", by: "ann", standing: "king" }],
  ["approve", { code: "SECRETX", by: "ann", more: 1 }],
  ["allow", { network: "telegram", by: "ann" }],
  ["revoke", { network: "telegram", user: 7, by: "ann" }],
  ["deny", "not an object"],
])("%s refuses %j, and repeats no code", async (verb, body) => {
  const { status, text } = await request(socket, "POST", `/v1/access/${verb}`, body);
  expect(status).toBe(400);
  expect(JSON.parse(text)).toMatchObject({ error: { code: "usage" } });
  expect(text + JSON.stringify(logged)).not.toContain("SECRETX");
  expect(operations.held.asked).toEqual([]);
});
