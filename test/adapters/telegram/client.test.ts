import { HttpError } from "grammy";
import { describe, expect, it, onTestFinished } from "vitest";

import { createTelegramClient } from "../../../adapters/telegram/client.ts";
import type { TelegramClient } from "../../../adapters/telegram/client.ts";
import { toFailure } from "../../../adapters/telegram/failure.ts";
import { setUp, until } from "./rig.ts";
import type { Rig } from "./rig.ts";

function clientFor({ bot, fake }: Rig): TelegramClient {
  const client = createTelegramClient({ token: bot.token, apiRoot: fake.url });
  onTestFinished(() => client.close());
  return client;
}

function failing(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => {
      throw new Error("it was answered");
    },
    (thrown: unknown) => thrown,
  );
}

describe("a Telegram client", () => {
  it("[T18] a poll that is cut takes no send with it", async () => {
    const rig = await setUp();
    const client = clientFor(rig);
    rig.fake.faults.delay("sendMessage", 150);
    const poll = failing(client.poll.getUpdates({ timeout: 30 }));
    const sent = client.send.sendMessage(rig.chat.id, "hello");
    await until(() => expect(rig.bot.polling).toBe(1));
    await until(() => expect(rig.fake.callsOf("sendMessage")).toHaveLength(1));
    client.dropPoll();
    expect(await poll).toBeInstanceOf(HttpError);
    expect(await sent).toMatchObject({ text: "hello" });
    expect(await client.poll.getMe()).toMatchObject({ id: rig.bot.id });
  });

  it.each([
    ["no JSON", { status: 502, body: "<html>" }],
    [
      "JSON of another kind",
      { status: 500, body: { ok: false, error_code: 500, description: "" } },
    ],
  ])("why it failed holds no token: %s", async (_, answer) => {
    const rig = await setUp();
    const client = clientFor(rig);
    rig.fake.faults.fail("getMe", answer);
    const failure = toFailure(await failing(client.poll.getMe()), client);
    expect(failure.kind).toBe("unreachable");
    expect(JSON.stringify(failure)).not.toContain(rig.bot.token);
  });

  it("takes the token out of any text, in an address, too", async () => {
    const client = createTelegramClient({ token: "12:a/b", apiRoot: "http://127.0.0.1:9" });
    expect(client.redact("see http://x/bot12:a/b/getMe and 12%3Aa%2Fb")).toBe(
      "see http://x/bot[token]/getMe and [token]",
    );
    const failure = toFailure(new HttpError("failed", new Error("at /bot12:a/b/getMe")), client);
    expect(failure).toEqual({ kind: "unreachable", reason: "at /bot[token]/getMe" });
  });

  it("a failure is what Telegram says it is", async () => {
    const rig = await setUp();
    const client = clientFor(rig);
    const said = async (code: number, description: string, parameters = {}) => {
      const body = { ok: false, error_code: code, description, parameters };
      rig.fake.faults.fail("getMe", { status: code, body }, 1);
      return toFailure(await failing(client.poll.getMe()), client);
    };
    expect(await said(401, "Unauthorized")).toMatchObject({ kind: "revoked" });
    expect(await said(404, "Not Found")).toMatchObject({ kind: "revoked" });
    expect(await said(409, "Conflict: terminated by other getUpdates request")).toMatchObject({
      kind: "taken",
      by: "poller",
    });
    expect(await said(409, "Conflict: can't use getUpdates while webhook is active")).toMatchObject(
      {
        by: "webhook",
      },
    );
    expect(await said(429, "Too Many Requests", { retry_after: 7 })).toMatchObject({
      kind: "limited",
      retryAfterMs: 7000,
    });
    expect(await said(500, "Internal Server Error")).toMatchObject({ kind: "unreachable" });
  });
});
