import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { MESSAGE, row, sent, startOutboundWorld, words } from "./outbound-world.ts";
import type { OutboundWorld } from "./outbound-world.ts";

let world: OutboundWorld;
let home: string;

beforeEach(async () => {
  world = await startOutboundWorld();
  home = world.discord.home.channel;
});
afterEach(() => world.close());

const edit = (externalId: string, text: string, by = world) =>
  by.outbound.edit(by.address(), externalId, words(text), row());

describe("an edit on Discord", () => {
  it("[E13] replaces text and buttons, twice the same is success", async () => {
    const buttons = [[{ label: "Allow", data: "r:a" }]];
    const { externalId } = await sent(world, words("draft", { buttons }));
    for (let time = 0; time < 2; time += 1) {
      expect(await edit(externalId, "final")).toEqual({ outcome: "sent", externalId });
    }
    expect(world.discord.seen(home)).toMatchObject([{ content: "final", buttons: [], flags: 4 }]);
  });

  it("rings nobody either", async () => {
    const { externalId } = await sent(world, words("draft"));
    await edit(externalId, "@everyone");
    expect(world.calls("PATCH", MESSAGE)[0]?.body).toMatchObject({
      allowed_mentions: { parse: [], replied_user: false },
    });
  });

  it("works on a message of an earlier process", async () => {
    const { externalId } = await sent(world, words("draft"));
    expect(await edit(externalId, "final", world.reborn())).toMatchObject({ outcome: "sent" });
    expect(world.discord.seen(home)).toMatchObject([{ content: "final" }]);
  });

  it("a message that is gone, never was, or is not the bot's is refused for good", async () => {
    const { externalId, id } = await sent(world, words("draft"));
    world.discord.people.delete(id);
    const other = world.discord.people.say(home, "mine", { author: world.discord.home.person });
    const reasons = [];
    for (const one of [externalId, "999999999", externalId.replace(id, other)]) {
      const result = await edit(one, "final");
      expect(result.outcome).toBe("refused");
      reasons.push("reason" in result ? result.reason : "");
    }
    expect(reasons).toEqual([
      "the message is gone",
      "the message is gone",
      "the message is not the bot's own",
    ]);
  });

  it("a lost answer is uncertain, and the same again mends it", async () => {
    const { externalId } = await sent(world, words("draft"));
    world.discord.faults.rest.next({ method: "PATCH" }, { kind: "lose_answer" });
    expect(await edit(externalId, "final")).toMatchObject({ outcome: "unknown" });
    expect(await edit(externalId, "final")).toMatchObject({ outcome: "sent" });
    expect(world.discord.seen(home)).toMatchObject([{ content: "final" }]);
  });

  it("a text that is too long is refused, and the message stays", async () => {
    const { externalId } = await sent(world, words("draft"));
    expect(await edit(externalId, "x".repeat(2_001))).toMatchObject({ outcome: "refused" });
    expect(world.discord.seen(home)).toMatchObject([{ content: "draft" }]);
  });
});
