import { once } from "node:events";
import { Agent, request } from "node:http";
import type { IncomingMessage } from "node:http";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Secret } from "../../../gateway/config/secret.ts";
import { makeTicket } from "../../../gateway/console/ticket.ts";
import { openConsole, TOKEN } from "./open-console.ts";
import type { ConsolePlan, OpenConsole } from "./open-console.ts";

const PROBES = ["/livez", "/readyz", "/startupz", "/metrics"];
const GUARDED = [
  "/",
  "/?x=1",
  "/index.html",
  "/page.html",
  "/favicon.ico",
  "/favicon.svg",
  "/console/page.ts",
  "/console/icons/favicon.svg",
  "/vendor/preact/dist/preact.mjs",
  "/api/v1/status",
  "/api/v1/feed",
  "/api/nothing",
  "/chat/v1/events",
  "/v1/status",
  "/livez/more",
  "/livez/../api/v1/status",
  "//",
];
/** After it a closing server cuts what nobody ended. */
const GRACE_MS = 1000;
const DAY_MS = 24 * 3600 * 1000;
const PERSON = { Accept: "text/html,application/xhtml+xml", "Sec-Fetch-Mode": "navigate" };

let page: OpenConsole;
const open = async (plan?: ConsolePlan): Promise<void> => {
  await page.server.close();
  page = await openConsole(plan);
};
const origin = (): string => `http://127.0.0.1:${page.server.port}`;
const statusOf = async (...asked: Parameters<OpenConsole["ask"]>): Promise<number> =>
  (await page.ask(...asked)).status;
const codeOf = async (...asked: Parameters<OpenConsole["ask"]>): Promise<unknown> => {
  const { error } = JSON.parse((await page.ask(...asked)).text) as { error: { code: string } };
  return error.code;
};

beforeEach(async () => {
  page = await openConsole();
});
afterEach(() => page.server.close());

describe("without the token", () => {
  it("nothing is served but the health endpoints", async () => {
    for (const path of GUARDED) expect([path, await statusOf(path)]).toEqual([path, 401]);
    for (const method of ["POST", "PUT", "DELETE", "HEAD", "PATCH"]) {
      expect([method, await statusOf("/api/v1/reload", { method })]).toEqual([method, 401]);
    }
    expect(await statusOf("/", { method: "POST" })).toBe(401);
    for (const path of PROBES) expect([path, await statusOf(path)]).toEqual([path, 200]);
  });

  it("a person is told what to do in a page, a program in JSON", async () => {
    expect(await codeOf("/api/v1/status")).toBe("token_missing");
    const answer = await page.ask("/", { headers: PERSON });
    expect(answer.headers["content-type"]).toContain("text/html");
    expect(answer.text).toContain("`sluice console`");
  });

  it("health answers under whatever name it is asked, and from whatever page", async () => {
    const headers = { Host: "probe.example", Origin: "https://elsewhere.example" };
    for (const path of PROBES) expect(await statusOf(path, { headers })).toBe(200);
  });

  it("a gateway whose console is off has no such page, and answers probes", async () => {
    await open({ isServed: false });
    for (const path of ["/", "/api/v1/status", `/?token=${TOKEN}`]) {
      expect(await statusOf(path, { headers: page.bearer })).toBe(404);
    }
    expect(await statusOf("/livez")).toBe(200);
  });
});

describe("the link", () => {
  it("is exchanged for a cookie that pages cannot read, and is no part of the address any more", async () => {
    const { status, headers, text } = await page.ask(`/?token=${TOKEN}`);
    expect([status, headers.location, text]).toEqual([303, "/", ""]);
    const [cookie = ""] = headers["set-cookie"] ?? [];
    expect(cookie).toMatch(
      /^sluice_[0-9a-f]{12}=\S+; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Strict$/,
    );
    expect(cookie).not.toContain(TOKEN);
    const proxied = { headers: { "X-Forwarded-Proto": "https" } };
    const [encrypted] = (await page.ask(`/?token=${TOKEN}`, proxied)).headers["set-cookie"] ?? [];
    expect(encrypted).toMatch(/; SameSite=Strict; Secure$/);
    expect(await statusOf("/", { headers: await page.enter() })).toBe(200);
  });

  it("lets a program in, too, as a header", async () => {
    expect(await statusOf("/api/v1/status", { headers: page.bearer })).toBe(200);
    const wrong = { Authorization: `Bearer ${TOKEN}x` };
    expect(await codeOf("/api/v1/status", { headers: wrong })).toBe("token_wrong");
  });

  it("with a token that is not the one gives no cookie", async () => {
    for (const token of ["", "x", TOKEN.slice(1), `${TOKEN} `, `${TOKEN}&token=x`.slice(1)]) {
      const answer = await page.ask(`/?token=${encodeURIComponent(token)}`);
      expect([token, answer.status, answer.headers["set-cookie"]]).toEqual([token, 401, undefined]);
    }
    expect(await statusOf(`/api/v1/status?token=${TOKEN}`)).toBe(401);
    expect(await statusOf(`/?token=${TOKEN}`, { method: "POST" })).toBe(401);
  });

  it("followed from somebody else's page still leads in: the cookie is kept back once, and then sent", async () => {
    const headers = { ...PERSON, "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "cross-site" };
    expect(await statusOf(`/?token=${TOKEN}`, { headers })).toBe(303);
    const answer = await page.ask("/", { headers });
    expect([answer.status, answer.headers["set-cookie"]]).toEqual([401, undefined]);
    expect(answer.text).toContain('<meta http-equiv="refresh" content="0;url=/">');
    const again = { ...headers, "Sec-Fetch-Site": "same-origin" };
    expect((await page.ask("/", { headers: again })).text).not.toContain("refresh");
  });

  it("more than 20 wrong tokens a minute are not looked at, and the right one still is", async () => {
    const wrong = { headers: { Authorization: "Bearer guess" } };
    for (let count = 0; count < 20; count += 1) expect(await statusOf("/", wrong)).toBe(401);
    const answer = await page.ask("/?token=guess");
    expect([answer.status, answer.headers["retry-after"]]).toEqual([429, "60"]);
    expect(await statusOf("/", wrong)).toBe(429);
    expect(page.logged.filter((line) => line.includes("wrong tokens"))).toHaveLength(1);
    expect(await statusOf(`/?token=${TOKEN}`)).toBe(303);
    expect(await statusOf("/", { headers: page.bearer })).toBe(200);
    await page.clock.advance(60_000);
    expect(await statusOf("/", wrong)).toBe(401);
  });
});

describe("the cookie", () => {
  it("is good for 30 days, renewed by each visit, and for no other token", async () => {
    const cookie = await page.enter();
    const { clock } = page;
    await clock.advance(29 * DAY_MS);
    const { headers } = await page.ask("/", { headers: cookie });
    const renewed = { Cookie: headers["set-cookie"]?.[0]?.split(";")[0] ?? "" };
    expect(renewed).not.toEqual(cookie);
    // Another life of the gateway knows it as this one does.
    await open({ clock });
    expect(await statusOf("/", { headers: cookie })).toBe(200);
    await clock.advance(1 * DAY_MS);
    expect(await statusOf("/", { headers: cookie })).toBe(401);
    expect(await statusOf("/", { headers: renewed })).toBe(200);
    await open({ clock, token: "another0token0another0token01234" });
    expect(await statusOf("/", { headers: renewed })).toBe(401);
    const [name = "", value = ""] = renewed.Cookie.split("=");
    const [other = ""] = (await page.enter())["Cookie"]?.split("=") ?? [];
    expect(other).not.toBe(name);
    expect(await statusOf("/", { headers: { Cookie: `${other}=${value}` } })).toBe(401);
  });

  it("cannot be made up or prolonged", async () => {
    const { Cookie = "" } = await page.enter();
    const [name = "", value = ""] = Cookie.split("=");
    const [until = "", signature = ""] = value.split(".");
    const later = String(Number(until) + 1);
    const tries = [
      `${name}=${later}.${signature}`,
      `${name}=${until}.`,
      `${name}=${until}`,
      `${name}=${until}.${"A".repeat(43)}`,
      `${name}=${TOKEN}`,
      `x${name}=${value}`,
      `${name}=${value}x`,
      `a=${Cookie}`,
    ];
    for (const tried of tries) {
      expect([tried, await statusOf("/", { headers: { Cookie: tried } })]).toEqual([tried, 401]);
    }
    const among = `a=b; ${Cookie} ; sluice_0=x`;
    expect(await statusOf("/", { headers: { Cookie: among } })).toBe(200);
  });
});

describe("a ticket", () => {
  const ticket = (token = TOKEN, at = page.clock.now()): string =>
    makeTicket(new Secret(token), { clock: { now: () => at }, chance: { int: () => 7 } });

  it("is good for one visit within a minute", async () => {
    const one = ticket();
    expect(one).not.toContain(TOKEN);
    const first = await page.ask(`/?ticket=${one}`);
    expect([first.status, first.headers["set-cookie"]?.length]).toEqual([303, 1]);
    expect(await statusOf(`/?ticket=${one}`)).toBe(401);
    expect(await statusOf(`/?ticket=${ticket(TOKEN, page.clock.now() + 1)}`)).toBe(303);
    const late = ticket(TOKEN, page.clock.now() + 2);
    await page.clock.advance(60_002);
    expect(await statusOf(`/?ticket=${late}`)).toBe(401);
    expect(await statusOf(`/?ticket=${one}`)).toBe(401);
  });

  it("of another token, or changed, is none", async () => {
    const one = ticket();
    const tries = [
      ticket("another0token0another0token01234"),
      `9${one}`,
      one.slice(0, -1),
      "",
      "-",
    ];
    for (const tried of tries) expect(await statusOf(`/?ticket=${tried}`)).toBe(401);
    expect(await statusOf(`/?ticket=${one}`)).toBe(303);
  });
});

describe("a request of somebody else's page", () => {
  it("under a foreign Host is refused, also with the token", async () => {
    const names = [
      "evil.example",
      "127.0.0.1.evil.example",
      "localhost.evil.example:8788",
      "169.254.1.1",
      "0.0.0.0",
      "[::2]",
    ];
    for (const Host of names) {
      const headers = { ...page.bearer, Host };
      expect([Host, await codeOf("/api/v1/status", { headers })]).toEqual([Host, "host_foreign"]);
      expect(await statusOf(`/?token=${TOKEN}`, { headers })).toBe(403);
    }
    for (const Host of [
      "localhost",
      "LOCALHOST:1",
      `127.0.0.1:${page.server.port}`,
      "[::1]:8788",
    ]) {
      expect([Host, await statusOf("/", { headers: { ...page.bearer, Host } })]).toEqual([
        Host,
        200,
      ]);
    }
  });

  it("is known by the names of the configuration: its address, and those of a proxy", async () => {
    await open({ host: "gate.lan", hosts: ["Console.example.org"] });
    for (const Host of ["gate.lan:8788", "console.example.org"]) {
      expect(await statusOf("/", { headers: { ...page.bearer, Host } })).toBe(200);
    }
    const proxied = { ...page.bearer, Host: "console.example.org" };
    const from = (Origin: string) =>
      statusOf("/api/v1/status", { headers: { ...proxied, Origin } });
    expect(await from("https://console.example.org")).toBe(200);
    expect(await from("http://console.example.org")).toBe(200);
    expect(await from("https://console.example.org:444")).toBe(403);
    const direct = { ...page.bearer, Host: "gate.lan:8788", Origin: "https://gate.lan:8788" };
    expect(await statusOf("/api/v1/status", { headers: direct })).toBe(403);
    await open({ host: "0.0.0.0" });
    expect(await statusOf("/", { headers: { ...page.bearer, Host: "0.0.0.0" } })).toBe(403);
  });

  it("from a foreign origin is refused, another port of this host too", async () => {
    const cookie = await page.enter();
    const { port } = page.server;
    const origins = [
      "https://evil.example",
      `http://127.0.0.1:${port + 1}`,
      `http://localhost:${port}`,
      `https://127.0.0.1:${port}`,
      `http://127.0.0.1:${port}.evil.example`,
      "null",
      "file://",
    ];
    for (const Origin of origins) {
      for (const method of ["GET", "POST", "OPTIONS"]) {
        const headers = { ...cookie, Origin, "X-Sluice": "console" };
        const asked = { method, headers };
        expect([Origin, await codeOf("/api/v1/reload", asked)]).toEqual([Origin, "origin_foreign"]);
      }
    }
    expect(page.operations.held.asked).toEqual([]);
    const headers = { ...cookie, Origin: origin(), "X-Sluice": "console" };
    expect(await statusOf("/api/v1/reload", { method: "POST", headers })).toBe(200);
  });

  it("is told from a link to here by what browsers say of it", async () => {
    const cookie = await page.enter();
    const from = (site: string, mode: string, dest: string, method = "GET") =>
      statusOf("/", {
        method,
        headers: {
          ...cookie,
          "X-Sluice": "console",
          "Sec-Fetch-Site": site,
          "Sec-Fetch-Mode": mode,
          "Sec-Fetch-Dest": dest,
        },
      });
    expect(await from("cross-site", "navigate", "document")).toBe(200);
    expect(await from("none", "navigate", "document")).toBe(200);
    expect(await from("same-origin", "cors", "empty")).toBe(200);
    expect(await from("cross-site", "no-cors", "script")).toBe(403);
    expect(await from("same-site", "cors", "empty")).toBe(403);
    expect(await from("cross-site", "navigate", "iframe")).toBe(403);
    expect(await from("cross-site", "navigate", "document", "POST")).toBe(403);
  });

  it("changes nothing without the header that only the console's own page can set", async () => {
    const headers = { ...(await page.enter()), Origin: origin() };
    const drain = {
      method: "POST",
      body: JSON.stringify({ then: "restart", by: "x" }),
      headers: { ...headers, "Content-Type": "text/plain" },
    };
    expect(await codeOf("/api/v1/drain", drain)).toBe("header_missing");
    expect(await statusOf("/chat/v1/chats/home/messages", drain)).toBe(403);
    expect(page.operations.held.asked).toEqual([]);
    const own = { ...drain, headers: { ...drain.headers, "X-Sluice": "console" } };
    expect(await statusOf("/api/v1/drain", own)).toBe(200);
    const program = { ...drain, headers: page.bearer };
    expect(await statusOf("/api/v1/undrain", program)).toBe(200);
  });
});

describe("every answer of the console", () => {
  it("forbids the browser all that the page does not need", async () => {
    const cookie = await page.enter();
    const own = { headers: cookie };
    const answers = [
      await page.ask("/"),
      await page.ask(`/?token=${TOKEN}`),
      await page.ask("/", { headers: { Host: "evil.example" } }),
      await page.ask("/", own),
      await page.ask("/console/page.ts", own),
      await page.ask("/api/v1/status", own),
      await page.ask("/api/v1/nothing", own),
      await page.ask("/chat/v1/events", own),
      await page.ask("/nothing", own),
    ];
    const [policy] = answers.map(({ headers }) => headers["content-security-policy"]);
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'self' 'sha256-[\w+/]{43}='; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'$/,
    );
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": expect.stringMatching(/^no-(store|cache)$/) as string,
      });
    }
    expect((await page.ask("/api/v1/status", own)).headers["cache-control"]).toBe("no-store");
  });

  it("is a fault in the same words wherever it comes from, and never holds the token", async () => {
    const { bearer } = page;
    page.operations.status = () => Promise.reject(new Error("disk is on fire"));
    const answer = await page.ask("/api/v1/status", { headers: bearer });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      500,
      {
        error: { code: "unexpected", message: "disk is on fire", advice: "see the gateway's log" },
      },
    ]);
    expect(await codeOf("/nowhere", { headers: bearer })).toBe("not_found");
    expect(await codeOf("/api/nowhere", { headers: bearer })).toBe("not_found");
    expect(await codeOf("/chat/v1/events", { headers: bearer })).toBe("no_local_chat");
    const heard: string[] = [];
    for (const path of [...GUARDED, ...PROBES, `/nowhere?token=${TOKEN}`]) {
      for (const headers of [bearer, { Host: TOKEN, ...bearer }, { Origin: `http://${TOKEN}` }]) {
        if (path === "/api/v1/feed" && headers === bearer) continue;
        const { text, headers: told } = await page.ask(path, { headers });
        heard.push(path.includes(TOKEN) || headers !== bearer ? "" : text, JSON.stringify(told));
      }
    }
    expect([...heard, ...page.logged].filter((text) => text.includes(TOKEN))).toEqual([]);
    expect(page.logged.join()).toContain("disk is on fire");
  });
});

describe("the control API", () => {
  it("is served whole under /api, with the feed, which ends at once when the server closes", async () => {
    const sent = page.ask("/api/v1/feed?after=0", { headers: page.bearer });
    await expect.poll(() => page.operations.held.feeds).toBe(1);
    const began = Date.now();
    await page.server.close();
    expect((await sent).text).toContain(": connected");
    expect(Date.now() - began).toBeLessThan(GRACE_MS);
    await expect.poll(() => page.operations.held.feeds).toBe(0);
  });

  it("an idle connection is ended by who asks, so that no request meets a closing one", async () => {
    const agent = new Agent({ keepAlive: true });
    const where = { port: page.server.port, path: "/livez", agent };
    const [answer] = (await once(request(where).end(), "response")) as [IncomingMessage];
    await once(answer.resume(), "end");
    agent.destroy();
    expect(answer.headers["keep-alive"]).toBe("timeout=65");
  });

  it("the head of the feed is told, and nothing follows it", async () => {
    const asked = { method: "HEAD", headers: page.bearer };
    const { status, headers } = await page.ask("/api/v1/feed", asked);
    expect([status, headers["content-type"]]).toEqual([200, "text/event-stream"]);
    expect(page.operations.held.feeds).toBe(0);
  });

  it("a browser's idle and silent connections do not hold up the end", async () => {
    const { port } = page.server;
    const { get } = await import("node:http");
    const { connect } = await import("node:net");
    const agent = new Agent({ keepAlive: true });
    const stream = new Promise((resolve, reject) => {
      const place = { port, path: "/api/v1/feed", agent, headers: page.bearer };
      get(place, (response) => response.resume().on("end", resolve)).on("error", reject);
    });
    const silent = connect(port, "127.0.0.1");
    silent.on("error", () => undefined);
    await expect.poll(() => page.operations.held.feeds).toBe(1);
    const began = Date.now();
    await Promise.all([page.server.close(), stream]);
    expect(Date.now() - began).toBeLessThan(GRACE_MS);
    agent.destroy();
    silent.destroy();
  });

  it("a request that its sender breaks off is nobody's fault here", async () => {
    const { port } = page.server;
    const where = { host: "127.0.0.1", port, path: "/api/v1/drain", method: "POST" };
    const broken = request({ ...where, headers: page.bearer, agent: false });
    const gone = once(broken, "error");
    await new Promise((resolve) => broken.write("{", resolve));
    await page.ask("/api/v1/status", { headers: page.bearer });
    broken.destroy();
    await gone;
    await page.server.close();
    // Its end has been seen; what comes of it is said in the next moment.
    await setTimeout(50);
    expect(page.logged).toEqual([]);
  });

  it("a body that is too long is refused", async () => {
    const body = JSON.stringify({ then: "stay", by: "x".repeat(2 * 1024 * 1024) });
    const asked = { method: "POST", headers: page.bearer, body };
    expect(await statusOf("/api/v1/drain", asked)).toBe(413);
    expect(page.operations.held.asked).toEqual([]);
  });
});
