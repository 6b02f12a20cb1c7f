import { describe, expect, it } from "vitest";

import { routedWorker } from "../../gateway/routes.ts";

const at = (network: string, chat: string) => ({ network, account: "main", chat, thread: null });

describe("routes", () => {
  const any = { network: null, chat: null, user: null };
  const routes = [
    { ...any, network: "telegram", user: "7", worker: "mine" },
    { ...any, chat: "c9", worker: "ninth" },
    { ...any, network: "telegram", worker: "theirs" },
    { ...any, user: "8", worker: "late" },
  ];
  it.each([
    ["telegram", "c1", "7", "mine"],
    ["telegram", "c9", "7", "mine"],
    ["telegram", "c9", "8", "ninth"],
    ["telegram", "c1", "8", "theirs"],
    ["discord", "c9", "7", "ninth"],
    ["discord", "c1", "8", "late"],
    ["discord", "c1", "7", "usual"],
  ])("in %s, chat %s, user %s lead to %s: the first that fits", (network, chat, user, worker) => {
    const found = routedWorker(
      { routes, defaultWorker: "usual" },
      { address: at(network, chat), user },
    );
    expect(found).toBe(worker);
  });

  it("that name a person do not fit when nobody is known", () => {
    const routing = { routes: [{ ...any, user: "7", worker: "mine" }], defaultWorker: "usual" };
    expect(routedWorker(routing, { address: null, user: null })).toBe("usual");
  });
});
