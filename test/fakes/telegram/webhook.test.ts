import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { describe, expect, it, onTestFinished } from "vitest";

import { createFakeClock } from "../fake-clock.ts";
import { refusal, setUp, until } from "./stand.ts";

interface Delivery {
  readonly id: number;
  readonly text: string;
  readonly secret: string | undefined;
  /** Answers with a status, or cuts the socket. */
  answer(status: number | "cut", headers?: Record<string, string>): void;
}

interface Endpoint {
  readonly url: string;
  readonly deliveries: Delivery[];
  /** What it answers by itself; null leaves it to the test. */
  status: number | null;
}

async function listen(): Promise<Endpoint> {
  const deliveries: Delivery[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      const update = JSON.parse(body) as { update_id: number; message?: { text?: string } };
      const secret = request.headers["x-telegram-bot-api-secret-token"];
      deliveries.push({
        id: update.update_id,
        text: update.message?.text ?? "",
        secret: typeof secret === "string" ? secret : undefined,
        answer: (status, headers) => finish(response, status, headers),
      });
      if (endpoint.status !== null) finish(response, endpoint.status);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const endpoint: Endpoint = { url: `http://127.0.0.1:${port}/hook`, deliveries, status: 200 };
  return endpoint;
}

function finish(
  response: ServerResponse,
  status: number | "cut",
  headers: Record<string, string> = {},
): void {
  if (status === "cut") response.destroy();
  else response.writeHead(status, headers).end();
}

const LOOPBACK = { allowHttpWebhooks: true };

describe("the fake Bot API's webhook", () => {
  it("brings each update once, with the secret, also those from before", async () => {
    const { api, bot, chat } = await setUp(LOOPBACK);
    const endpoint = await listen();
    chat.say("one");
    await api.setWebhook(endpoint.url, { secret_token: "s3cret_-" });
    chat.say("two");
    await until(() => expect(bot.pending).toEqual([]));
    expect(endpoint.deliveries.map(({ text, secret }) => [text, secret])).toEqual([
      ["one", "s3cret_-"],
      ["two", "s3cret_-"],
    ]);
    expect(await api.getWebhookInfo()).toMatchObject({
      url: endpoint.url,
      pending_update_count: 0,
      max_connections: 40,
    });
  });

  it("shuts the door to getUpdates, and cuts who waits there", async () => {
    const { api, bot, call } = await setUp(LOOPBACK);
    const endpoint = await listen();
    const poll = refusal(api.getUpdates({ timeout: 30 }));
    await until(() => expect(bot.polling).toBe(1));
    await api.setWebhook(endpoint.url);
    expect(await poll).toBe("Conflict: terminated by setWebhook request");
    expect(await refusal(api.getUpdates())).toBe(
      "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    );
    expect(await call("setWebhook", { url: endpoint.url })).toMatchObject({
      description: "Webhook is already set",
    });
    expect(await call("deleteWebhook")).toMatchObject({ description: "Webhook was deleted" });
    expect(await call("deleteWebhook")).toMatchObject({
      description: "Webhook is already deleted",
    });
    expect(await api.getUpdates()).toEqual([]);
  });

  it("tries again after failures: at once, then ever later", async () => {
    const clock = createFakeClock();
    const { api, bot, chat } = await setUp({ ...LOOPBACK, clock });
    const endpoint = await listen();
    endpoint.status = 500;
    await api.setWebhook(endpoint.url);
    chat.say("one");
    await until(() => expect(endpoint.deliveries).toHaveLength(2));
    await expect
      .poll(async () => (await api.getWebhookInfo()).last_error_message)
      .toBe("Wrong response from the webhook: 500 Internal Server Error");
    await clock.advance(1900);
    expect(endpoint.deliveries).toHaveLength(2);
    await clock.advance(100);
    await until(() => expect(endpoint.deliveries).toHaveLength(3));
    endpoint.status = 200;
    await until(async () => {
      if (endpoint.deliveries.length < 4) await clock.advance(100);
      expect(bot.pending).toEqual([]);
    });
    expect(endpoint.deliveries).toHaveLength(4);
    expect(new Set(endpoint.deliveries.map(({ id }) => id)).size).toBe(1);
    endpoint.status = 500;
    chat.say("two");
    await until(() => expect(endpoint.deliveries).toHaveLength(6));
  });

  it("tries again when the answer is lost, or after Retry-After", async () => {
    const clock = createFakeClock();
    const { api, bot, chat } = await setUp({ ...LOOPBACK, clock });
    const endpoint = await listen();
    endpoint.status = null;
    await api.setWebhook(endpoint.url);
    chat.say("one");
    await until(() => expect(endpoint.deliveries).toHaveLength(1));
    endpoint.deliveries[0]?.answer("cut");
    await until(() => expect(endpoint.deliveries).toHaveLength(2));
    endpoint.deliveries[1]?.answer(429, { "retry-after": "9" });
    await until(async () =>
      expect((await api.getWebhookInfo()).last_error_message).toContain("429"),
    );
    endpoint.status = 200;
    await clock.advance(8900);
    expect(endpoint.deliveries).toHaveLength(2);
    await clock.advance(100);
    await until(() => expect(bot.pending).toEqual([]));
  });

  it("keeps the order in one chat, and does not wait for it in others", async () => {
    const { api, fake, bot, chat } = await setUp(LOOPBACK);
    const endpoint = await listen();
    endpoint.status = null;
    const other = fake.privateChat(fake.person("Bea"), bot);
    await api.setWebhook(endpoint.url);
    chat.say("one");
    chat.say("two");
    other.say("elsewhere");
    await until(() => expect(endpoint.deliveries).toHaveLength(2));
    expect(endpoint.deliveries.map(({ text }) => text).toSorted()).toEqual(["elsewhere", "one"]);
    endpoint.deliveries.find(({ text }) => text === "one")?.answer(200);
    await until(() => expect(endpoint.deliveries.at(-1)?.text).toBe("two"));
  });

  it("uses no more connections than it may", async () => {
    const { api, fake, bot } = await setUp(LOOPBACK);
    const endpoint = await listen();
    endpoint.status = null;
    await api.setWebhook(endpoint.url, { max_connections: 2 });
    for (const name of ["A", "B", "C"]) fake.privateChat(fake.person(name), bot).say(name);
    await until(() => expect(endpoint.deliveries).toHaveLength(2));
    endpoint.deliveries[0]?.answer(200);
    await until(() => expect(endpoint.deliveries).toHaveLength(3));
    expect(bot.pending).toHaveLength(2);
  });

  it("confirms nothing when it is removed during a delivery", async () => {
    const { api, bot, chat } = await setUp(LOOPBACK);
    const endpoint = await listen();
    endpoint.status = null;
    await api.setWebhook(endpoint.url);
    chat.say("one");
    await until(() => expect(endpoint.deliveries).toHaveLength(1));
    await api.deleteWebhook();
    endpoint.deliveries[0]?.answer(200);
    expect(await api.getUpdates()).toHaveLength(1);
    expect(bot.dropped).toBe(0);
    expect(await api.getWebhookInfo()).not.toHaveProperty("last_error_message");
  });

  it("drops what is pending when told so", async () => {
    const { api, bot, chat } = await setUp(LOOPBACK);
    chat.say("one");
    await api.deleteWebhook({ drop_pending_updates: true });
    expect(bot.pending).toEqual([]);
    expect(bot.dropped).toBe(1);
  });

  it("asks for https, a port of Telegram's, and a decent secret", async () => {
    const { api } = await setUp();
    const reasonOf = async (url: string, secret = ""): Promise<string> =>
      refusal(api.setWebhook(url, { secret_token: secret }));
    expect(await reasonOf("http://127.0.0.1:8080/")).toBe(
      "Bad Request: bad webhook: An HTTPS URL must be provided for webhook",
    );
    expect(await reasonOf("https://a.b:8080/")).toBe(
      "Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
    );
    expect(await reasonOf("https://")).toBe("Bad Request: invalid webhook URL specified");
    expect(await reasonOf("https://a.b/", "not so!")).toBe(
      "Bad Request: secret token contains unallowed characters",
    );
    expect(await reasonOf("https://a.b/", "x".repeat(257))).toBe(
      "Bad Request: secret token is too long",
    );
  });

  it("can be set once a second", async () => {
    const { api } = await setUp({ ...LOOPBACK, pollBrakes: true });
    const endpoint = await listen();
    await api.setWebhook(endpoint.url);
    expect(await refusal(api.setWebhook(`${endpoint.url}2`))).toBe(
      "Too Many Requests: retry after 1",
    );
  });
});
