import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, expect, it } from "vitest";

import { createAccess } from "../../../gateway/access/access.ts";
import type { Access, Spoken } from "../../../gateway/access/access.ts";
import { openBook } from "../../../gateway/access/book.ts";
import type { Person } from "../../../gateway/access/entry.ts";
import { loadConfiguration } from "../../../gateway/config/load.ts";
import { hearingOf } from "../../../gateway/config/place-rule.ts";
import { createFakeClock } from "../../fakes/fake-clock.ts";
import { createWorld } from "../world.ts";
import type { World } from "../world.ts";

let directory = "";
let world: World | null = null;
afterEach(async () => {
  if (directory !== "") rmSync(directory, { recursive: true });
  directory = "";
  await world?.close();
  world = null;
});

/** What the configuration gives, and what was decided since. */
async function accessOf(yaml: string, ...decided: Pick<Person, "user" | "standing">[]) {
  directory = mkdtempSync(join(tmpdir(), "sluice-access-"));
  const file = join(directory, "config.yaml");
  writeFileSync(file, yaml);
  const settings = loadConfiguration({
    file,
    environment: { HOME: directory, TOKEN: "1:planted" },
  });
  world = await createWorld();
  const { core } = await world.boot();
  const book = await openBook({ ...core, clock: createFakeClock() });
  book.enter(
    decided.map((one) => ({
      kind: "person",
      person: { network: "tg", name: "", at: 0, by: "me", ...one },
    })),
  );
  return createAccess(settings, book);
}

const TELEGRAM = "networks:\n  tg:\n    adapter: telegram\n    token: { env: TOKEN }\n";

function inGroup(user: string, chat: string, more: Partial<Spoken> = {}): Spoken {
  const address = { network: "tg", account: "main", chat, thread: null };
  return { address, scope: "group", sender: { id: user }, ...more };
}

function alone(user: string): Spoken {
  return { ...inGroup(user, user), scope: "private" };
}

const may = (access: Access, ...spoken: Spoken[]) =>
  spoken.map((one) => Number(access.isAllowed(one))).join("");

it("nobody may talk to a network that names nobody, and strangers are given a code there", async () => {
  const access = await accessOf(TELEGRAM);
  expect(may(access, alone("1"), inGroup("1", "-100"))).toBe("00");
  expect(access.isPairing("tg")).toBe(true);
  expect(access.isPairing("nowhere")).toBe(false);
  expect(access.people("tg")).toEqual({ operators: [], allowed: [] });
});

it("the local chat is opened by its token, and gives no codes", async () => {
  const access = await accessOf("networks: { tg: { adapter: local } }");
  expect(may(access, alone("1"))).toBe("1");
  expect(access.isPairing("tg")).toBe(false);
});

it("a group with a list of its own is for those on it, and for operators", async () => {
  const access = await accessOf(
    `${TELEGRAM}    allow: ["1"]
    operators: ["9"]
    groups:
      "-100": { hear: all, allow: ["2"] }
      "-200": { allow: ["*"] }
      "-300": { hear: all }
      "-400": all
`,
    { user: "3", standing: "user" },
    { user: "8", standing: "operator" },
    { user: "7", standing: "denied" },
  );
  const everybody = (chat: string) =>
    ["1", "2", "3", "7", "8", "9"].map((user) => inGroup(user, chat));
  expect(may(access, ...everybody("-100"))).toBe("010011");
  expect(may(access, ...everybody("-200"))).toBe("111011");
  expect(may(access, ...everybody("-300"))).toBe("101011");
  expect(may(access, ...everybody("-400"))).toBe("101011");
  expect(may(access, ...everybody("-500"))).toBe("101011");
  expect(may(access, alone("2"))).toBe("0");
  // By "*" of one group everybody is named.
  expect(["1", "2", "5", "9"].map((user) => access.isNamed("tg", user))).toEqual(
    Array.from({ length: 4 }, () => true),
  );
});

it("the list for every other group counts in groups only", async () => {
  const access = await accessOf(
    `${TELEGRAM}    groups: { "*": { allow: ["*"] }, "-1": { allow: [] } }\n`,
  );
  expect(may(access, inGroup("1", "-100"), inGroup("1", "-1"), alone("1"))).toBe("100");
  // A private chat has the id of its person: no group.
  expect(may(access, { ...alone("-100") })).toBe("0");
});

it("the nearest list counts: the thread's, the channel's, the server's, every other's", async () => {
  const access = await accessOf(
    `networks:
  tg:
    adapter: discord
    token: { env: TOKEN }
    channels:
      thread: { allow: ["1"] }
      channel: { allow: ["2"] }
      heard: all
      server: { hear: "off", allow: ["3"] }
      "*": { allow: ["4"] }
`,
  );
  const at = (chat: string, thread: string | null, places: readonly string[]) =>
    may(
      access,
      ...["1", "2", "3", "4"].map((user) =>
        inGroup(user, chat, {
          address: { network: "tg", account: "main", chat, thread },
          places,
        }),
      ),
    );
  expect(at("channel", "thread", ["server"])).toBe("1000");
  expect(at("channel", "another", ["server"])).toBe("0100");
  // How it is heard there is its own; who may talk is the server's.
  expect(at("heard", null, ["server"])).toBe("0010");
  expect(at("other", null, ["other server"])).toBe("0001");
});

it("who is named by the list of one group only is named", async () => {
  const access = await accessOf(`${TELEGRAM}    groups: { "-1": { allow: ["2"] } }\n`);
  expect(["1", "2"].map((user) => access.isNamed("tg", user))).toEqual([false, true]);
});

it("an adapter is told how to listen in a group, and not who may talk", () => {
  expect(hearingOf({ a: "off", b: { hear: "all" } })).toEqual({ a: "off", b: "all" });
});

it("a name of every object is no group", async () => {
  const access = await accessOf(TELEGRAM);
  expect(may(access, inGroup("1", "constructor"), inGroup("1", "__proto__"))).toBe("00");
});

it("[I07] what was queued is judged by the list of its place after a kill as well", async () => {
  const server = { hear: "mention", allow: ["eve", "ann"] } as const;
  const channels: Record<string, typeof server | { hear: "mention"; allow: string[] }> = { server };
  world = await createWorld({
    settings: ({ networks: { local } }) => {
      if (local?.adapter !== "local") throw new Error("no local chat");
      const { port: _port, host: _host, token: _token, ...common } = local;
      return {
        networks: {
          fake: {
            ...common,
            adapter: "discord",
            allow: [],
            perUserInGroups: false,
            accounts: {},
            channels,
            openThreads: false,
            backfill: { maxAgeMs: 1, maxMessages: 1 },
            shards: { total: null, ids: null },
            apiRoot: "https://example.org",
          },
        },
      };
    },
  });
  await world.boot();
  const say = (user: string, text: string, places: string[]) =>
    world?.network.say("c1", text, { sender: { id: user, name: user }, scope: "group", places });
  expect(await say("eve", "elsewhere", ["another"])).toEqual({ outcome: "unauthorised" });
  await say("ann", "one", ["server"]);
  await world.clock.advance(10);
  world.turn().accept();
  await say("eve", "two", ["server"]);
  await say("ann", "three", ["server"]);
  world.kill();
  channels["server"] = { hear: "mention", allow: ["ann"] };
  const { worker } = await world.boot();
  await world.clock.advance(10);
  expect(worker.turns.map(({ given }) => given.messages.map(({ text }) => text))).toEqual([
    ["three"],
  ]);
});

it("who is denied is no operator, and is named to no adapter", async () => {
  const access = await accessOf(
    `${TELEGRAM}    operators: ["9", "6"]\n    allow: ["*", "1"]\n`,
    { user: "9", standing: "denied" },
    { user: "5", standing: "operator" },
    { user: "4", standing: "user" },
  );
  expect(access.isOperator("tg", "9")).toBe(false);
  expect(may(access, alone("9"), alone("anybody"))).toBe("01");
  expect(access.people("tg")).toEqual({ operators: ["6", "5"], allowed: ["6", "1", "5", "4"] });
});

it.each([
  [`groups: { "-1": loud }`, 'networks.tg.groups.-1: found "loud", wanted mention, all, off'],
  [`groups: { "-1": { hear: all, alow: [] } }`, "networks.tg.groups.-1"],
  [`pairing: maybe`, 'networks.tg.pairing: found "maybe", wanted one of on, off'],
  [`commands: { restrt: off }`, 'there is no command "/restrt"; did you mean restart?'],
  [`commands: { restart: nobody }`, "wanted one of everyone, operators, off"],
])("[X06] %s is refused", async (line, words) => {
  await expect(accessOf(`${TELEGRAM}    ${line}\n`)).rejects.toThrow(words);
});
