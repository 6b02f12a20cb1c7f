import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Receipt } from "../../../../adapters/adapter.ts";
import type { Interaction } from "../../../../adapters/discord/interactions.ts";
import type { SeenInteraction } from "../../../fakes/discord/fake-discord.ts";
import {
  CALLBACK,
  MESSAGE,
  MESSAGES,
  hearInteractions,
  row,
  sent,
  startOutboundWorld,
  words,
} from "./outbound-world.ts";
import type { OutboundWorld } from "./outbound-world.ts";

const STORED: Receipt = { outcome: "stored", fate: "queued" };
const menu = [{ name: "status", usage: "", summary: "How it goes", isForOperators: false }];

let world: OutboundWorld;
let home: string;
let hear: Awaited<ReturnType<typeof hearInteractions>>;

async function begin(token = 900_000): Promise<void> {
  world = await startOutboundWorld({ discord: { interactionMs: { answer: 3_000, token } } });
  home = world.discord.home.channel;
  await world.outbound.setCommands({ menu });
  hear = await hearInteractions(world);
}

beforeEach(() => begin());
afterEach(async () => {
  await hear.close();
  await world.close();
});

/** A person asks by a slash command, and the gateway has stored it. */
async function ask(): Promise<Interaction> {
  world.discord.people.command("status", { channel: home, by: world.discord.home.person });
  const interaction = await hear.next();
  world.interactions.remember(interaction);
  return interaction;
}

const shown = (): SeenInteraction | undefined => world.discord.interactions().at(-1);
const seen = () => world.discord.seen(home).map(({ content, replyTo }) => ({ content, replyTo }));

describe("a slash command on Discord", () => {
  it("[E10] people see that the bot thinks, and the answer in that place", async () => {
    const asked = await ask();
    await world.outbound.acknowledge(asked, STORED);
    expect(shown()).toMatchObject({ state: "thinking", callback: 5 });
    const answer = await sent(world, words("All is well", { replyTo: asked.externalId }));
    expect(shown()).toMatchObject({ state: "answered", messages: [{ id: answer.id }] });
    expect(seen()).toEqual([{ content: "All is well", replyTo: null }]);
  });

  it("[E10] an answer that is quicker than the acknowledgement waits for it", async () => {
    const asked = await ask();
    const answering = sent(world, words("Quick", { replyTo: asked.externalId }));
    await world.outbound.acknowledge(asked, STORED);
    await answering;
    expect(shown()).toMatchObject({ state: "answered", messages: [{ content: "Quick" }] });
    expect(seen()).toHaveLength(1);
  });

  it("[E10] further messages are ordinary ones, and the same row again is the same message", async () => {
    const asked = await ask();
    await world.outbound.acknowledge(asked, STORED);
    const same = row();
    const message = words("First", { replyTo: asked.externalId });
    const first = await world.outbound.send(world.address(), message, same);
    expect(await world.outbound.send(world.address(), message, same)).toEqual(first);
    await sent(world, words("Second", { replyTo: asked.externalId }));
    await sent(world, words("Third"));
    expect(seen().map(({ content }) => content)).toEqual(["First", "Second", "Third"]);
  });

  it("[E10] an answer whose receipt was lost is filled in again, once to be seen", async () => {
    const asked = await ask();
    await world.outbound.acknowledge(asked, STORED);
    world.discord.faults.rest.next({ method: "PATCH" }, { kind: "lose_answer" });
    const same = row();
    const message = words("Once", { replyTo: asked.externalId });
    expect(await world.outbound.send(world.address(), message, same)).toMatchObject({
      outcome: "unknown",
    });
    expect(await world.outbound.send(world.address(), message, same)).toMatchObject({
      outcome: "sent",
    });
    expect(seen()).toHaveLength(1);
  });

  it("[E10] the answer is edited where it is, also by the next process", async () => {
    const asked = await ask();
    await world.outbound.acknowledge(asked, STORED);
    const { externalId } = await sent(world, words("draft", { replyTo: asked.externalId }));
    await world.outbound.edit(world.address(), externalId, words("more"), row());
    expect(world.calls("PATCH", MESSAGE)).toHaveLength(0);
    await world.reborn().outbound.edit(world.address(), externalId, words("final"), row());
    expect(world.calls("PATCH", MESSAGE)).toHaveLength(1);
    expect(seen()).toEqual([{ content: "final", replyTo: null }]);
  });

  it("[E10] after a restart the answer is an ordinary message", async () => {
    const asked = await ask();
    await world.outbound.acknowledge(asked, STORED);
    const next = world.reborn();
    await sent(next, words("Late", { replyTo: asked.externalId }));
    expect(shown()).toMatchObject({ state: "thinking" });
    expect(seen().at(-1)).toEqual({ content: "Late", replyTo: null });
  });

  it("[E09] an answer that an earlier process gave is not given again", async () => {
    const asked = await ask();
    await world.outbound.acknowledge(asked, STORED);
    const same = row();
    const replyTo = asked.externalId;
    const first = await world.outbound.send(world.address(), words("The sky", { replyTo }), same);
    const next = world.reborn();
    const whole = words("The sky is blue", { replyTo });
    expect(await next.outbound.send(next.address(), whole, same)).toEqual(first);
    expect(seen()).toEqual([{ content: "The sky is blue", replyTo: null }]);
    // Another row that answers the same command is another message.
    await sent(world.reborn(), words("Also: grass is green", { replyTo }));
    expect(seen()).toHaveLength(2);
  });

  it("[E10] a replay that was acknowledged before the restart is answered in its place", async () => {
    const asked = await ask();
    await world.outbound.acknowledge(asked, STORED);
    const next = world.reborn();
    next.interactions.remember(asked);
    await next.outbound.acknowledge(asked, { outcome: "duplicate", fate: "queued" });
    await sent(next, words("Again", { replyTo: asked.externalId }));
    expect(shown()).toMatchObject({ state: "answered", messages: [{ content: "Again" }] });
  });

  it("[E10] an answer after the token's time is an ordinary message", async () => {
    await hear.close();
    await world.close();
    await begin(300);
    const asked = await ask();
    await world.outbound.acknowledge(asked, STORED);
    await expect.poll(() => shown()?.state).toBe("failed");
    const late = await sent(world, words("Late", { replyTo: asked.externalId }));
    expect(seen().at(-1)).toEqual({ content: "Late", replyTo: null });
    expect(world.revoked()).toBe(0);
    // The 401 of an interaction's token takes nothing from the bot's.
    expect(
      await world.outbound.edit(world.address(), late.externalId, words("Later"), row()),
    ).toMatchObject({ outcome: "sent" });
  });

  it("[E10] an answer is still edited after the token's time", async () => {
    await hear.close();
    await world.close();
    await begin(400);
    const asked = await ask();
    await world.outbound.acknowledge(asked, STORED);
    const { externalId } = await sent(world, words("draft", { replyTo: asked.externalId }));
    await expect.poll(() => Date.now() - asked.at).toBeGreaterThan(400);
    for (const text of ["more", "final"]) {
      expect(await world.outbound.edit(world.address(), externalId, words(text), row())).toEqual({
        outcome: "sent",
        externalId,
      });
    }
    expect(seen()).toEqual([{ content: "final", replyTo: null }]);
    expect(world.calls("PATCH", MESSAGE)).toHaveLength(2);
    expect(world.revoked()).toBe(0);
  });

  it("[E10] an interaction's token that is not taken says nothing of the bot's", async () => {
    const asked = await ask();
    world.discord.faults.rest.next(
      { method: "POST", route: CALLBACK },
      { kind: "status", status: 401, body: { code: 50_027, message: "Invalid Webhook Token" } },
    );
    await world.outbound.acknowledge(asked, STORED);
    expect(world.revoked()).toBe(0);
    await sent(world, words("Here"));
  });

  it("[E09] the same words that answer nothing are not the answer of an earlier process", async () => {
    const asked = await ask();
    await world.outbound.acknowledge(asked, STORED);
    await sent(world, words("Done"));
    await sent(world.reborn(), words("Done", { replyTo: asked.externalId }));
    expect(seen().map(({ content }) => content)).toEqual(["", "Done", "Done"]);
  });

  it("[E10] an answer whose place was deleted is an ordinary message", async () => {
    const asked = await ask();
    await world.outbound.acknowledge(asked, STORED);
    world.discord.people.delete(world.discord.seen(home)[0]?.id ?? "");
    await sent(world, words("Here", { replyTo: asked.externalId }));
    expect(seen()).toEqual([{ content: "Here", replyTo: null }]);
  });

  it("[E10] one that is acknowledged too late is answered by an ordinary message", async () => {
    world.discord.faults.rest.next(
      { method: "POST", route: CALLBACK },
      { kind: "status", status: 404, body: { code: 10_062, message: "Unknown interaction" } },
    );
    const asked = await ask();
    await world.outbound.acknowledge(asked, STORED);
    await sent(world, words("Late", { replyTo: asked.externalId }));
    expect(seen()).toEqual([{ content: "Late", replyTo: null }]);
    expect(world.calls("POST", MESSAGES)).toHaveLength(1);
  });

  it("[E10] one of long ago is not even tried", async () => {
    const asked = await ask();
    await world.outbound.acknowledge({ ...asked, at: asked.at - 120_000 }, STORED);
    expect(world.calls("POST", CALLBACK)).toEqual([]);
  });

  it("[E10] an acknowledgement whose receipt was lost stands", async () => {
    const asked = await ask();
    world.discord.faults.rest.next({ method: "POST", route: CALLBACK }, { kind: "lose_answer" });
    await world.outbound.acknowledge(asked, STORED);
    await sent(world, words("Here", { replyTo: asked.externalId }));
    expect(shown()).toMatchObject({ state: "answered", messages: [{ content: "Here" }] });
  });

  it.each<[Receipt, string]>([
    [{ outcome: "unauthorised" }, "You are not among the people whom this bot answers."],
    [{ outcome: "rejected", reason: "too long" }, "Not taken: too long"],
  ])("[E10] %o is told to the person alone", async (receipt, told) => {
    const asked = await ask();
    await world.outbound.acknowledge(asked, receipt);
    const { person } = world.discord.home;
    expect(shown()).toMatchObject({
      state: "answered",
      messages: [{ content: told, onlyFor: person.id }],
    });
    expect(seen()).toEqual([]);
  });

  it("[E10] a full queue is told by the gateway, in the place of the answer", async () => {
    const asked = await ask();
    await world.outbound.acknowledge(asked, { outcome: "full", queued: 100 });
    await sent(world, words("Not taken", { replyTo: asked.externalId }));
    expect(shown()).toMatchObject({ state: "answered", messages: [{ content: "Not taken" }] });
  });

  it("[E11] the press of a button is acknowledged, and its message stays as it is", async () => {
    const buttons = [[{ label: "Allow", data: "r:a" }]];
    const { id } = await sent(world, words("May I?", { buttons }));
    world.discord.people.press(id, "Allow", world.discord.home.person);
    const pressed = await hear.next();
    world.interactions.remember(pressed);
    await world.outbound.acknowledge(pressed, STORED);
    expect(shown()).toMatchObject({ state: "acknowledged", callback: 6 });
    await sent(world, words("Going on", { replyTo: pressed.externalId }));
    expect(seen().map(({ content }) => content)).toEqual(["May I?", "Going on"]);
  });

  it("no reason and no log line holds a token", async () => {
    const asked = await ask();
    const reasons: unknown[] = [];
    for (const outage of ["unavailable", "refused"] as const) {
      world.discord.faults.rest.outage = outage;
      await world.outbound.acknowledge(asked, STORED);
      const message = words("x", { replyTo: asked.externalId });
      reasons.push(await world.outbound.send(world.address(), message, row()));
    }
    world.discord.faults.rest.outage = "none";
    const said = `${JSON.stringify(reasons)}${world.logged.join("\n")}`;
    expect(said).toContain("interaction not acknowledged");
    expect(said).not.toContain(asked.token);
    expect(said).not.toContain(world.discord.token);
  });
});
