import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { FindResult } from "../../../../adapters/adapter.ts";
import type { OutboundMessage } from "../../../../sessions/message.ts";
import { MESSAGES, row, said, sent, startOutboundWorld, words } from "./outbound-world.ts";
import type { OutboundWorld } from "./outbound-world.ts";

let world: OutboundWorld;
let home: string;

beforeEach(async () => {
  world = await startOutboundWorld();
  home = world.discord.home.channel;
});
afterEach(() => world.close());

/** As the next process looks, which remembers nothing. */
const find = (
  message: OutboundMessage,
  { by = world.reborn(), since = Date.now(), to = {}, like = row() } = {},
): Promise<FindResult> => by.outbound.find(by.address(to), message, { ...like, since });

describe("looking for a message that an uncertain send may have left on Discord", () => {
  it("[E09] what arrived is found, and what did not is absent", async () => {
    const { externalId } = await sent(world, words("#### Done\nhere"));
    expect(await find(words("#### Done\nhere"))).toEqual({ outcome: "found", externalId });
    expect(await find(words("something else"))).toEqual({ outcome: "absent" });
  });

  it("[E09] what people say with the same words is not ours", async () => {
    world.discord.people.say(home, "Done", { author: world.discord.home.person });
    expect(await find(words("Done"))).toEqual({ outcome: "absent" });
  });

  it("[E09] the same words of another row are not this row's", async () => {
    const first = row();
    const result = await world.outbound.send(world.address(), words("Done"), first);
    expect(await find(words("Done"), { by: world })).toEqual({ outcome: "absent" });
    expect(await find(words("Done"), { by: world, like: first })).toEqual({
      ...result,
      outcome: "found",
    });
  });

  it("[E09] the same words in answer to something else are not this row's", async () => {
    const { person } = world.discord.home;
    const questions = ["one?", "two?"].map((text) =>
      world.discord.people.say(home, text, { author: person }),
    );
    const [one = "", two = ""] = questions.map((id) => said(world, id));
    const { externalId } = await sent(world, words("Yes", { replyTo: one }));
    expect(await find(words("Yes", { replyTo: two }))).toEqual({ outcome: "absent" });
    expect(await find(words("Yes", { replyTo: one }))).toEqual({ outcome: "found", externalId });
  });

  it("[E09] a streamed answer that had said less, and a labelled one, are found", async () => {
    const { person } = world.discord.home;
    const replyTo = said(world, world.discord.people.say(home, "why?", { author: person }));
    const { externalId } = await sent(world, words("Because the", { replyTo }));
    expect(await find(words("Because the sky is blue", { replyTo }))).toEqual({
      outcome: "found",
      externalId,
    });
    const other = said(world, world.discord.people.say(home, "what?", { author: person }));
    const labelled = await sent(world, words("(may be a duplicate)\nThat", { replyTo: other }));
    expect(await find(words("That", { replyTo: other }))).toEqual({
      outcome: "found",
      externalId: labelled.externalId,
    });
  });

  it("[E09] what was said long before is not looked at", async () => {
    await sent(world, words("Done"));
    expect(await find(words("Done"), { since: Date.now() + 3_600_000 })).toEqual({
      outcome: "absent",
    });
  });

  it("[E09] it is found behind more than a page of others", async () => {
    const { person } = world.discord.home;
    for (let n = 0; n < 150; n += 1) world.discord.people.say(home, `n${n}`, { author: person });
    const { externalId } = await sent(world, words("Done"));
    expect(await find(words("Done"))).toEqual({ outcome: "found", externalId });
    expect(world.calls("GET", MESSAGES)).toHaveLength(2);
  });

  it("[E09] an empty channel has nothing, a history that may not be read says nothing", async () => {
    expect(await find(words("Done"))).toEqual({ outcome: "absent" });
    await sent(world, words("Done"));
    world.discord.people.deny(home, "ReadMessageHistory");
    expect(await find(words("Done"))).toEqual({
      outcome: "unknown",
      reason: "the bot may not read the history of the channel",
    });
  });

  it("[E09] a network that does not answer says nothing", async () => {
    world.discord.faults.rest.outage = "unavailable";
    expect(await find(words("Done"))).toMatchObject({ outcome: "unknown" });
    world.discord.faults.rest.outage = "none";
    world.discord.faults.rest.next({ method: "GET" }, { kind: "rate_limit", retryAfterMs: 60_000 });
    expect(await find(words("Done"))).toMatchObject({ outcome: "unknown" });
  });

  it("[E09] a channel that is gone has nothing", async () => {
    expect(await find(words("Done"), { to: { chat: "1234567890123456789" } })).toEqual({
      outcome: "absent",
    });
  });

  it("[E09] a file is known by its size", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sluice-discord-"));
    const path = join(folder, "a report.txt");
    await writeFile(path, "twelve bytes");
    const file = { path, name: "a report.txt", mime: "text/plain", size: 12 };
    const { externalId } = await sent(world, words("", { file }));
    expect(await find(words("", { file }))).toEqual({ outcome: "found", externalId });
    expect(await find(words("", { file: { ...file, size: 13 } }))).toEqual({ outcome: "absent" });
    await rm(folder, { recursive: true });
  });
});
