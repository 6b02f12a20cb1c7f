import { describe, expect, it } from "vitest";

import type { Place } from "../../../../adapters/discord/inbound/place.ts";
import { toMessage } from "../../../../adapters/discord/inbound/to-message.ts";
import { wireMessage } from "../../../../adapters/discord/inbound/wire.ts";

const ME = { id: "9", role: "90" };
const CHANNEL: Place = { kind: "channel", channel: "7", guild: "6" };
const DIRECT: Place = { kind: "direct", channel: "7" };

function read(more: object, place: Place = DIRECT) {
  const wire = wireMessage.parse({
    id: "1000",
    channel_id: "7",
    author: { id: "1", username: "ada", global_name: "Ada" },
    timestamp: "2026-01-01T00:00:00.000Z",
    ...more,
  });
  const options = {
    network: "discord",
    account: "main",
    channels: { "*": "mention" },
    openThreads: false,
  } as const;
  return toMessage(wire, { me: ME, place, options, isLate: false, isEdit: false });
}

describe("what Discord says of a message", () => {
  it("[E12] is for the bot when its own role is named, and not when another is", () => {
    expect(read({ content: "<@&90> hi", mention_roles: ["90"] }, CHANNEL)?.text).toBe("hi");
    expect(read({ content: "<@&91> hi", mention_roles: ["91"] }, CHANNEL)).toBe(null);
  });

  it("names the server that its channel is in, for a list of who may talk there", () => {
    const thread: Place = { ...CHANNEL, kind: "thread", channel: "8", parent: "7", owner: null };
    const said = { content: "<@9> hi", mentions: [{ id: "9", username: "sluice" }] };
    expect(read(said, CHANNEL)?.places).toEqual(["6"]);
    expect(read(said, thread)).toMatchObject({
      address: { chat: "7", thread: "8" },
      places: ["6"],
    });
    expect(read(said, DIRECT)).not.toHaveProperty("places");
  });

  it("names the writer as people see them", () => {
    expect(read({ content: "x" })?.sender).toEqual({ id: "1", name: "Ada" });
    expect(read({ content: "x", member: { nick: "Countess" } })?.sender.name).toBe("Countess");
    expect(read({ content: "x", author: { id: "1", username: "ada" } })?.sender.name).toBe("ada");
  });

  it("brings the words and files of a message that was passed on, and answers nothing", () => {
    const message = read({
      message_reference: { type: 1, channel_id: "8", message_id: "900" },
      message_snapshots: [
        {
          message: {
            content: "look at this",
            embeds: [{ title: "News", description: "all good" }],
            attachments: [{ id: "55", filename: "a.ogg", content_type: "audio/ogg", size: 3 }],
          },
        },
      ],
    });
    expect(message).toMatchObject({
      text: "look at this\nNews\nall good",
      replyTo: null,
      attachments: [{ kind: "document", ref: "7/1000/55" }],
    });
  });

  it("names its stickers and knows a voice message", () => {
    const message = read({
      sticker_items: [{ name: "Wave" }],
      flags: 1 << 13,
      attachments: [{ id: "5", filename: "voice.ogg", content_type: "audio/ogg" }],
    });
    expect(message?.text).toBe("[sticker: Wave]");
    expect(message?.attachments).toMatchObject([{ kind: "voice", size: null }]);
  });

  it("does not take the link preview of a message for its words", () => {
    expect(read({ content: "see x.org", embeds: [{ title: "X" }] })?.text).toBe("see x.org");
  });

  it("is for nobody when a webhook, a bot or Discord says it", () => {
    expect(read({ content: "x", webhook_id: "3" })).toBe(null);
    expect(read({ content: "x", author: { id: "2", username: "b", bot: true } })).toBe(null);
    expect(read({ content: "x", type: 7 })).toBe(null);
  });
});
