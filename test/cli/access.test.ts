import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { hints } from "../../cli/show/access-text.ts";
import { statusText } from "../../cli/show/status-text.ts";
import { serveControl, type ControlServer } from "../../gateway/control/serve-control.ts";
import { aStatus, holdOperations, type HeldOperations } from "../control/held-operations.ts";
import { makeDirectory, speak, type CliResult } from "./cli.ts";

const directory = makeDirectory();
let operations: HeldOperations;
let server: ControlServer;

const cli = (words: string): Promise<CliResult> => speak(directory.path, words.split(" "));

beforeAll(async () => {
  operations = holdOperations();
  const socket = join(directory.path, "control.sock");
  server = await serveControl({ operations, socket, log: { info() {}, error() {} } });
});
afterAll(async () => {
  await server.close();
  directory.remove();
});
beforeEach(() => {
  operations.held.asked = [];
});

it("access list shows who may, who asks, and what to do about it", async () => {
  operations.held.access = {
    ...operations.held.access,
    people: [
      { network: "local", user: "*", name: "", standing: "user", by: null, at: null },
      { network: "telegram", user: "5", name: "Bo", standing: "denied", by: "ann", at: 0 },
    ],
  };
  const { code, out } = await cli("access list");
  expect(code).toBe(0);
  expect(out).toMatch(/^NETWORK +USER +NAME +STANDING +BY\n/);
  expect(out).toMatch(/local +everybody +user +configuration\n/);
  expect(out).toMatch(/telegram +5 +Bo +denied +ann, .* ago\n/);
  expect(out).toMatch(/telegram +7 +Ann +asks +code good for /);
  expect(out).toContain(
    "telegram: no operator, 1 asking to be let in; sluice access approve CODE --operator\n",
  );
  expect(JSON.parse((await cli("--json access list")).out)).toMatchObject({ asking: [{}] });
});

it.each([
  ["access approve GOOD-CODE", 0, "7 (Ann) may now talk to it in telegram.\n"],
  [
    "access approve GOOD-CODE --operator",
    0,
    "7 (Ann) may now talk to it in telegram, as an operator.\n",
  ],
  ["access approve BBBB-BBBB", 1, /^No such code, or its time is over/],
  ["access approve LATE", 1, /^Too many wrong codes: try again in 1 min/],
  ["access allow telegram 8 --operator", 0, /^8 \(Ann\) may .*, as an operator\.\n/],
  ["access revoke telegram 7", 0, "7: access revoked; 2 messages dropped; 1 turn stopped\n"],
  ["access revoke telegram 9", 1, /^9: nothing to revoke/],
  ["access deny telegram 7", 0, /^7: denied, whatever the configuration says/],
])("%s ends with %i", async (words, code, out) => {
  const found = await cli(words);
  expect(found).toMatchObject({ code, err: "" });
  if (typeof out === "string") expect(found.out).toBe(out);
  else expect(found.out).toMatch(out);
  expect(JSON.parse((await cli(`${words} --json`)).out)).toBeTypeOf("object");
});

it("who approved is told to the gateway", async () => {
  await cli("access approve GOOD-CODE");
  const [asked] = operations.held.asked;
  expect(asked).toMatchObject({ code: "GOOD-CODE", standing: "user" });
  expect(asked).toHaveProperty("by");
});

it("status tells of an operator that is missing and of who asks, and else nothing", () => {
  const network = { network: "telegram", pairing: true, operators: 1, asking: 0 };
  expect(statusText(aStatus({ access: [network] }))).not.toContain("access");
  expect(hints({ ...network, pairing: false, operators: 0 })).toEqual([]);
  expect(hints({ ...network, asking: 2 })).toEqual([
    "telegram: 2 asking to be let in; sluice access approve CODE",
  ]);
  expect(statusText(aStatus({ access: [{ ...network, operators: 0 }] }))).toContain(
    "access    telegram: no operator; write to the bot, then sluice access approve CODE --operator",
  );
});
