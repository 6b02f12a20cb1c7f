import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Adapter } from "../../adapters/adapter.ts";
import { SluiceError } from "../../sessions/errors.ts";
import type { OutboxId } from "../../sessions/ids.ts";
import type { Address, OutboundMessage } from "../../sessions/message.ts";
import type { RecordingHost } from "./recording-host.ts";

/** A network with one person at the other end, and the adapter under test between it and a recording gateway. */
export interface AdapterHarness {
  /** Not connected yet. */
  readonly adapter: Adapter;
  readonly host: RecordingHost;
  readonly person: Person;
  /** A chat, and a thread in it; null where the network has none. */
  readonly place: { readonly chat: string; readonly thread: string | null };
  /** Another adapter for the same account, as the next boot makes it. The one before has been disconnected. */
  restarted(): Adapter;
  /** An adapter that a person must mend before it can connect, and the code it is to say that with. */
  obstructed(): Promise<{ readonly adapter: Adapter; readonly code: string }>;
  /** The network's id of a person whom `Words` names, where it gives out ids; otherwise the name is the id. */
  userId?(user: string): string;
  /** What must never be logged, and all that was. */
  readonly secret: string;
  readonly logged: () => string;
  close(): Promise<void>;
}

export interface Person {
  /** Resolves with whether the network was told that we own it (false: it keeps its copy). */
  say(words: Words): Promise<boolean>;
  /** The network delivers the same message again. */
  repeat(words: Words): Promise<boolean>;
  press(press: {
    readonly chat: string;
    readonly on: string;
    readonly data: string;
  }): Promise<boolean>;
  /** Our messages as the person sees them now, the oldest first. */
  seen(chat: string): Promise<readonly SeenMessage[]>;
}

export interface Words {
  /** Names the message for `repeat`. */
  readonly name: string;
  readonly chat: string;
  readonly thread?: string | null;
  readonly text: string;
  readonly replyTo?: string;
  readonly user?: string;
}

export interface SeenMessage {
  readonly externalId: string;
  readonly thread: string | null;
  readonly text: string;
  readonly buttons: readonly (readonly { readonly label: string; readonly data: string }[])[];
  readonly replyTo: string | null;
}

/** What each adapter must do, whatever its network. */
export function adapterContract(name: string, makeHarness: () => Promise<AdapterHarness>): void {
  describe(`${name} as an adapter`, () => {
    let harness: AdapterHarness;
    let adapter: Adapter;
    let count = 0;
    const signal = new AbortController().signal;
    const id = (): OutboxId => `out_contract${(count += 1)}` as OutboxId;
    const options = () => ({ id: id(), uncertain: false, signal });
    const address = (more: Partial<Address> = {}): Address => ({
      network: adapter.network,
      account: adapter.account,
      chat: harness.place.chat,
      thread: null,
      ...more,
    });
    const words = (more: Partial<Words> = {}): Words => ({
      name: `words${(count += 1)}`,
      chat: harness.place.chat,
      text: "hello",
      ...more,
    });
    const send = async (message: OutboundMessage, to = address()): Promise<string> => {
      const result = await adapter.send(to, message, options());
      if (result.outcome !== "sent") throw new Error(`not sent: ${JSON.stringify(result)}`);
      return result.externalId;
    };
    const seen = (): Promise<readonly SeenMessage[]> => harness.person.seen(harness.place.chat);

    beforeEach(async () => {
      harness = await makeHarness();
      adapter = harness.adapter;
      await adapter.connect(harness.host, signal);
    });
    afterEach(() => harness.close());

    describe("coming and going", () => {
      it("the adapter tells its state when it connects and disconnects", async () => {
        expect(harness.host.states.at(0)).toEqual({ at: "connecting" });
        expect(harness.host.states.at(-1)).toEqual({ at: "connected" });
        await adapter.disconnect();
        expect(harness.host.states.at(-1)).toEqual({ at: "disconnected" });
      });

      it("a second connect and a second disconnect change nothing", async () => {
        await adapter.connect(harness.host, signal);
        expect(await harness.person.say(words())).toBe(true);
        expect(harness.host.stored).toHaveLength(1);
        await Promise.all([adapter.disconnect(), adapter.disconnect()]);
        await adapter.disconnect();
        expect(harness.host.states.filter((state) => state.at === "disconnected")).toHaveLength(1);
      });

      it("a send after the disconnect is certainly not sent", async () => {
        await adapter.disconnect();
        expect(await adapter.send(address(), message("late"), options())).toMatchObject({
          outcome: "not_sent",
        });
      });

      it("a disconnect lets a store under way end", async () => {
        const release = harness.host.hold();
        const said = harness.person.say(words());
        await vi.waitFor(() => expect(harness.host.offered).toHaveLength(1));
        let isGone = false;
        const gone = adapter.disconnect().then(() => (isGone = true));
        await new Promise((resolve) => setTimeout(resolve, 20));
        expect(isGone).toBe(false);
        release();
        expect(await said).toBe(true);
        await gone;
        expect(harness.host.stored).toHaveLength(1);
      });

      it("what a person must mend rejects the connect with its code and advice", async () => {
        const { adapter: other, code } = await harness.obstructed();
        const thrown: unknown = await other
          .connect(harness.host, signal)
          .catch((error: unknown) => error);
        expect(thrown).toBeInstanceOf(SluiceError);
        expect(thrown).toMatchObject({ code });
        expect((thrown as SluiceError).advice).toMatch(/\w{3,}/);
        expect(harness.host.states.at(-1)).toMatchObject({ at: "failed" });
      });

      it("[X05] the secret is in no log line", async () => {
        await harness.person.say(words());
        harness.host.failures.push(new Error("the disk is full"));
        await harness.person.say(words());
        await adapter.disconnect();
        expect(harness.logged()).not.toContain(harness.secret);
      });
    });

    describe("what people say", () => {
      it("a message arrives with what the network knows of it", async () => {
        await harness.person.say(words({ text: "é 👩‍🚀 <b>&amp;\n*x*", user: "ada" }));
        expect(harness.host.stored).toMatchObject([
          {
            address: address(),
            sender: { id: harness.userId?.("ada") ?? "ada" },
            text: "é 👩‍🚀 <b>&amp;\n*x*",
            button: null,
            attachments: [],
          },
        ]);
        expect(harness.host.stored[0]?.sentAt).toBeGreaterThan(Date.now() - 60_000);
      });

      it("[I01] a message is stored before the network is told so", async () => {
        const release = harness.host.hold();
        let isTold: boolean | null = null;
        const said = harness.person.say(words()).then((told) => (isTold = told));
        await vi.waitFor(() => expect(harness.host.offered).toHaveLength(1));
        await new Promise((resolve) => setTimeout(resolve, 20));
        expect(isTold).toBe(null);
        release();
        await said;
        expect(isTold).toBe(true);
      });

      it("[I01] a message that could not be stored is not confirmed, and is taken when it comes again", async () => {
        const one = words();
        harness.host.failures.push(
          new SluiceError("store_full", "no space", { advice: "make some" }),
        );
        expect(await harness.person.say(one)).toBe(false);
        expect(harness.host.stored).toEqual([]);
        expect(await harness.person.repeat(one)).toBe(true);
        expect(harness.host.stored).toHaveLength(1);
      });

      it("[I02] a message that is delivered twice has one external id and is confirmed twice", async () => {
        const one = words();
        expect(await harness.person.say(one)).toBe(true);
        expect(await harness.person.repeat(one)).toBe(true);
        expect(new Set(harness.host.offered.map((message) => message.externalId)).size).toBe(1);
        expect(harness.host.stored).toHaveLength(1);
      });

      it("[I02] a message that is delivered again after a restart has the same external id", async () => {
        const one = words();
        await harness.person.say(one);
        await adapter.disconnect();
        adapter = harness.restarted();
        await adapter.connect(harness.host, signal);
        expect(await harness.person.repeat(one)).toBe(true);
        expect(harness.host.stored).toHaveLength(1);
      });

      it("messages are handed in in their order", async () => {
        const texts = Array.from({ length: 15 }, (_, index) => `n${index}`);
        for (const text of texts) await harness.person.say(words({ text }));
        expect(harness.host.stored.map((message) => message.text)).toEqual(texts);
      });

      it("two messages with the same words are two", async () => {
        await harness.person.say(words({ text: "again" }));
        await harness.person.say(words({ text: "again" }));
        expect(harness.host.stored).toHaveLength(2);
      });

      it("a message keeps its thread and what it answers", async () => {
        const { thread } = harness.place;
        const to = await send(message("which?"), address({ thread }));
        await harness.person.say(words({ thread, text: "this", replyTo: to }));
        expect(harness.host.stored).toMatchObject([{ address: address({ thread }), replyTo: to }]);
      });

      it("[I06] a message that meets a full queue is not stored, and is taken later", async () => {
        const one = words();
        harness.host.receipts.push({ outcome: "full", queued: 100 });
        await harness.person.say(one);
        expect(harness.host.stored).toEqual([]);
        await harness.person.repeat(one);
        expect(harness.host.stored).toHaveLength(1);
      });

      it("[I07] a message of somebody who is not allowed disturbs nothing", async () => {
        harness.host.receipts.push({ outcome: "unauthorised" });
        await harness.person.say(words({ text: "let me in" }));
        expect(await seen()).toEqual([]);
        expect(await harness.person.say(words({ text: "next" }))).toBe(true);
        expect(harness.host.stored.map((one) => one.text)).toEqual(["next"]);
      });
    });

    describe("what we say", () => {
      it("a message is seen once, with what it answers, in its thread", async () => {
        const { thread } = harness.place;
        await harness.person.say(words({ thread }));
        const replyTo = harness.host.stored[0]?.externalId ?? "";
        const externalId = await send(
          { text: "é 👩‍🚀 there", buttons: [], file: null, replyTo },
          address({ thread }),
        );
        expect(await seen()).toMatchObject([{ externalId, text: "é 👩‍🚀 there", thread, replyTo }]);
      });

      it("messages are seen in the order in which they were sent", async () => {
        const texts = Array.from({ length: 8 }, (_, index) => `n${index}`);
        for (const text of texts) await send(message(text));
        expect((await seen()).map((one) => one.text)).toEqual(texts);
      });

      it("a text of the longest length is seen whole", async () => {
        const { textLimit } = adapter.capabilities;
        const text = `${"word ".repeat(textLimit / 5).slice(0, textLimit - 5)}ends.`;
        expect(text).toHaveLength(textLimit);
        await send(message(text));
        const all = await seen();
        expect(all.map((one) => one.text)).toEqual([text]);
      });

      it("[O03] a send that is tried again with its id is one message where the network claims that", async () => {
        if (adapter.capabilities.idempotentForMs === 0) return;
        const same = options();
        const first = await adapter.send(address(), message("once"), same);
        const second = await adapter.send(address(), message("once"), { ...same, uncertain: true });
        expect(second).toEqual(first);
        await adapter.disconnect();
        adapter = harness.restarted();
        await adapter.connect(harness.host, signal);
        const third = await adapter.send(address(), message("once"), { ...same, uncertain: true });
        expect(third).toEqual(first);
        expect((await seen()).map((one) => one.text)).toEqual(["once"]);
      });

      it("an edit replaces the text in its place, and the same edit again is success", async () => {
        if (!adapter.capabilities.canEdit) return;
        const externalId = await send(message("draft"));
        await send(message("next"));
        for (let time = 0; time < 2; time += 1) {
          expect(await adapter.edit(address(), externalId, message("final"), options())).toEqual({
            outcome: "sent",
            externalId,
          });
        }
        expect((await seen()).map((one) => one.text)).toEqual(["final", "next"]);
      });

      it("an edit of a message from before a restart still works", async () => {
        if (!adapter.capabilities.canEdit) return;
        const externalId = await send(message("draft"));
        await adapter.disconnect();
        adapter = harness.restarted();
        await adapter.connect(harness.host, signal);
        await adapter.edit(address(), externalId, message("final"), options());
        expect((await seen()).map((one) => one.text)).toEqual(["final"]);
      });

      it("[O05] an edit of a message that is not there is refused for good", async () => {
        if (!adapter.capabilities.canEdit) return;
        const result = await adapter.edit(address(), "999999999", message("final"), options());
        expect(result).toMatchObject({ outcome: "refused" });
      });

      it("buttons are shown, pressed, and gone after an edit without them", async () => {
        if (!adapter.capabilities.canButtons) return;
        const { thread } = harness.place;
        const buttons = [
          [
            { label: "Allow", data: "r1:allow" },
            { label: "Deny", data: "r1:deny" },
          ],
        ];
        const to = address({ thread });
        const on = await send({ text: "May I?", buttons, file: null, replyTo: null }, to);
        expect((await seen())[0]?.buttons).toEqual(buttons);
        expect(await harness.person.press({ chat: to.chat, on, data: "r1:deny" })).toBe(true);
        expect(harness.host.stored).toMatchObject([
          { address: to, button: { data: "r1:deny", on }, text: "" },
        ]);
        await adapter.edit(to, on, message("Denied."), options());
        expect(await seen()).toMatchObject([{ text: "Denied.", buttons: [] }]);
      });

      it("typing fails in silence", async () => {
        await adapter.typing(address());
        await adapter.typing(address({ chat: "nowhere" }));
        await adapter.disconnect();
        await adapter.typing(address());
        expect(await seenAfterRestart(harness, signal)).toEqual([]);
      });
    });
  });
}

async function seenAfterRestart(
  harness: AdapterHarness,
  signal: AbortSignal,
): Promise<readonly SeenMessage[]> {
  await harness.restarted().connect(harness.host, signal);
  return harness.person.seen(harness.place.chat);
}

function message(text: string): OutboundMessage {
  return { text, buttons: [], file: null, replyTo: null };
}
