import { describe, expect, it } from "vitest";

import { createFakeClock } from "../fake-clock.ts";
import { refusal, setUp, signalOf, until } from "./stand.ts";

describe("the fake Bot API's faults", () => {
  it("cut an answer after the deed, so many times", async () => {
    const { api, chat, fake } = await setUp();
    fake.faults.cutAnswers("sendMessage", 1);
    expect(await refusal(api.sendMessage(chat.id, "one"))).toBe("no answer");
    await api.sendMessage(chat.id, "two");
    expect(chat.texts()).toEqual(["one", "two"]);
    expect(fake.calls.map(({ outcome }) => outcome)).toEqual(["cut", 200]);
  });

  it("cut a request before the deed, until healed", async () => {
    const { api, chat, fake } = await setUp();
    fake.faults.cutRequests("*");
    expect(await refusal(api.sendMessage(chat.id, "one"))).toBe("no answer");
    expect(await refusal(api.getMe())).toBe("no answer");
    fake.faults.heal();
    await api.sendMessage(chat.id, "two");
    expect(chat.texts()).toEqual(["two"]);
  });

  it("swallow a request: no deed, no answer", async () => {
    const { api, chat, fake } = await setUp();
    fake.faults.blackHole("sendMessage", 1);
    const leaving = new AbortController();
    const lost = refusal(api.sendMessage(chat.id, "one", {}, signalOf(leaving)));
    await until(() => expect(fake.calls[0]?.payload).toHaveProperty("text"));
    await api.sendMessage(chat.id, "two");
    leaving.abort();
    expect(await lost).toBe("no answer");
    expect(chat.texts()).toEqual(["two"]);
    await until(() => expect(fake.calls[0]?.outcome).toBe("gone"));
  });

  it("answer with errors, in HTML or as Telegram does", async () => {
    const { api, chat, fake } = await setUp();
    fake.faults.fail("sendMessage", { status: 502, body: "<html>502 Bad Gateway</html>" }, 1);
    fake.faults.fail("sendMessage", { status: 500 }, 1);
    fake.faults.tooMany("sendMessage", 7, 1);
    const sends = [];
    for (let count = 0; count < 4; count += 1) {
      sends.push(await api.sendMessage(chat.id, "x").catch((error: unknown) => error));
    }
    expect(sends).toMatchObject([
      { name: "HttpError" },
      { error_code: 500, description: "Internal Server Error" },
      { error_code: 429, parameters: { retry_after: 7 } },
      { text: "x" },
    ]);
    expect(chat.texts()).toEqual(["x"]);
  });

  it("delay the deed and its answer, also when the client has left", async () => {
    const clock = createFakeClock();
    const { api, chat, fake } = await setUp({ clock });
    fake.faults.delay("sendMessage", 5000, 1);
    const leaving = new AbortController();
    const lost = refusal(api.sendMessage(chat.id, "one", {}, signalOf(leaving)));
    await until(() => expect(fake.calls[0]?.payload).toHaveProperty("text"));
    leaving.abort();
    await lost;
    await clock.advance(4000);
    expect(chat.texts()).toEqual([]);
    await clock.advance(1000);
    await until(() => expect(chat.texts()).toEqual(["one"]));
  });

  it.each(["refuse", "reset"] as const)("let nobody in during an outage (%s)", async (kind) => {
    const { api, bot, chat, fake } = await setUp();
    const poll = refusal(api.getUpdates({ timeout: 30 }));
    await until(() => expect(bot.polling).toBe(1));
    await fake.faults.outage(kind);
    expect(await poll).toBe("no answer");
    chat.say("while it was out");
    expect(await refusal(api.getMe())).toBe("no answer");
    const { url } = fake;
    await fake.faults.restore();
    expect(fake.url).toBe(url);
    expect(await api.getUpdates()).toHaveLength(1);
  });

  it("let it stop during an outage", async () => {
    const { fake } = await setUp();
    await fake.faults.outage("refuse");
    await fake.stop();
  });

  it("leave nothing running when it stops", async () => {
    const { api, bot, fake } = await setUp();
    const poll = api.getUpdates({ timeout: 30 }).catch(() => "cut");
    await until(() => expect(bot.polling).toBe(1));
    await Promise.all([fake.stop(), fake.stop()]);
    await poll;
    expect(await refusal(api.getMe())).toBe("no answer");
  });
});
