import { createServer } from "node:http";
import type { Server } from "node:http";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { axeViolations } from "./axe.ts";
import { startChromium } from "./chromium.ts";
import type { Chromium } from "./chromium.ts";
import { findChromium, NO_CHROMIUM } from "./find-chromium.ts";
import { until } from "./until.ts";

// A real browser shares the machine with everything else that runs on it.
vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 });

const PAGE = `<!doctype html><html lang="en"><head><title>Tiny</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>button { min-height: 32px } body { background: #fff; color: #111 } @media (prefers-color-scheme: dark) { body { background: #000; color: #eee } }
@media (prefers-reduced-motion: reduce) { p { letter-spacing: 1px } }</style></head>
<body><main><h1>Tiny</h1>
<button id="one">Greet</button><button id="two" disabled>Later</button>
<div id="region" role="group" aria-label="Left"><button>Same</button></div>
<div role="group" aria-label="Right"><button>Same</button></div>
<label>Words <textarea id="words"></textarea></label>
<label>File <input type="file" id="file"></label>
<p id="said"></p></main>
<script src="/tiny.js"></script></body></html>`;

const SCRIPT = `
const said = document.getElementById("said");
document.getElementById("one").addEventListener("click", () => {
  said.textContent = "hello";
  setTimeout(() => { document.getElementById("two").disabled = false; }, 200);
});
document.getElementById("two").addEventListener("click", () => { said.textContent = "later"; });
document.getElementById("words").addEventListener("keydown", (event) => {
  if (event.key === "Enter") { said.textContent = event.shiftKey ? "shifted" : event.target.value; event.preventDefault(); }
});
document.getElementById("file").addEventListener("change", (event) => { said.textContent = event.target.files[0].name; });
document.querySelector("#region button").addEventListener("click", () => { said.textContent = "left"; });
`;

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'";

describe.skipIf(findChromium() === null)(`the browser's driver (or: ${NO_CHROMIUM})`, () => {
  let server: Server;
  let url: string;
  let chromium: Chromium;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const isScript = request.url === "/tiny.js";
      const isPage = request.url === "/";
      response.writeHead(isScript || isPage ? 200 : 404, {
        "content-type": isScript ? "text/javascript" : "text/html",
        "content-security-policy": POLICY,
      });
      response.end(isScript ? SCRIPT : isPage ? PAGE : "nothing");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/`;
    chromium = await startChromium();
  });
  afterAll(async () => {
    await chromium.close();
    server.closeAllConnections();
    server.close();
  });

  it("finds what a screen reader would, and waits until it can be pressed", async () => {
    const page = await chromium.page();
    await page.goto(url);
    await page.at("button", "Greet").click();
    await page.waitForText("hello");
    await page.at("button", /later/i).click();
    await page.waitForText("later");
    await page.at("group", "Left").at("button", "Same").click();
    await page.waitForText("left");
    expect(await page.at("button", "Same").names()).toEqual(["Same", "Same"]);
    expect(page.faults).toEqual([]);
  });

  it("types, presses keys and chooses files", async () => {
    const page = await chromium.page();
    await page.goto(url);
    await page.at("textbox", "Words").fill("first");
    await page.at("textbox", "Words").fill("second");
    await page.press("Enter");
    await page.waitForText("second");
    await page.press("Shift+Enter");
    await page.waitForText("shifted");
    await page.press("a");
    expect(await page.at("textbox", "Words").read<string>("it.value")).toBe("seconda");
    const directory = mkdtempSync(join(tmpdir(), "sluice-browser-"));
    writeFileSync(join(directory, "notes.txt"), "notes");
    await page.choose("#file", [join(directory, "notes.txt")]);
    await page.waitForText("notes.txt");
    rmSync(directory, { recursive: true });
  });

  it("says what there is instead of what it looked for", async () => {
    const page = await chromium.page();
    await page.goto(url);
    await expect(page.waitForText("nowhere", 100)).rejects.toThrow(/Greet/);
    await expect(page.at("button", "Nowhere").waitThere(100)).rejects.toThrow(/"Greet", "Later"/);
    await expect(page.waitFor("1 > 2", 100)).rejects.toThrow("1 > 2");
    await expect(page.evaluate("nothing.there")).rejects.toThrow("nothing is not defined");
  });

  it("collects what a page must not do", async () => {
    const page = await chromium.page();
    await page.goto(url);
    const ran = `const tag = document.createElement("script"); tag.textContent = "document.title = 'ran'"; document.body.append(tag);`;
    await page.evaluate(
      `${ran} console.error("oh"); setTimeout(() => { throw new Error("ah"); }, 0); fetch("/missing").then(() => alert("boo")); true`,
    );
    await until(
      () => Promise.resolve(page.faults.some(({ kind }) => kind === "dialog") || null),
      () => JSON.stringify(page.faults),
    );
    expect(await page.evaluate("document.title")).toBe("Tiny");
    const kinds = new Set(page.faults.map(({ kind }) => kind));
    expect(kinds).toEqual(new Set(["policy", "console", "exception", "network", "dialog"]));
  });

  it("shows the page as on a phone, in the dark, at rest, and without a network", async () => {
    const page = await chromium.page();
    await page.show({
      width: 360,
      height: 740,
      scale: 2,
      phone: true,
      dark: true,
      reducedMotion: true,
    });
    await page.goto(url);
    expect(await page.evaluate("[innerWidth, devicePixelRatio]")).toEqual([360, 2]);
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe(
      "rgb(0, 0, 0)",
    );
    expect(await page.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches")).toBe(
      true,
    );
    const image = await page.screenshot();
    expect([image.readUInt32BE(16), image.readUInt32BE(20)]).toEqual([720, 1480]);
    await page.offline(true);
    expect(await page.evaluate("fetch('/').then(() => 'there', () => 'gone')")).toBe("gone");
    await page.offline(false);
    expect(await page.evaluate("fetch('/').then(() => 'there', () => 'gone')")).toBe("there");
  });

  it("keeps two pages' cookies apart, and reaches nothing but this machine", async () => {
    const one = await chromium.page();
    const other = await chromium.page();
    const beside = await chromium.beside(one);
    for (const page of [one, other, beside]) await page.goto(url);
    await one.evaluate("document.cookie = 'a=b'");
    expect(await other.evaluate("document.cookie")).toBe("");
    expect(await beside.evaluate("document.cookie")).toBe("a=b");
    await expect(one.goto("http://example.org/")).rejects.toThrow("ERR_NAME_NOT_RESOLVED");
    expect(one.requests).toContain(url);
  });

  it("hears of what axe finds", async () => {
    const page = await chromium.page();
    await page.goto(url);
    expect(await axeViolations(page)).toEqual([]);
    await page.evaluate(
      "document.querySelector('#words').closest('label').replaceWith(document.createElement('textarea'))",
    );
    expect((await axeViolations(page)).join("\n")).toContain(
      "label: Form elements must have labels",
    );
  });

  // As /proc tells it.
  it.skipIf(process.platform !== "linux")(
    "leaves no process behind, also when its own is killed",
    async () => {
      const child = fork(fileURLToPath(new URL("programs/hold-chromium.ts", import.meta.url)));
      const [told] = (await once(child, "message")) as [{ pid: number; profile: string }];
      expect(processesOf(told.pid).length).toBeGreaterThan(1);
      child.kill("SIGKILL");
      await until(
        () => Promise.resolve(processesOf(told.pid).length === 0 || null),
        () => `all of ${processesOf(told.pid).join(", ")} to be gone`,
      );
      rmSync(told.profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  );
});

/** Of a process group. */
function processesOf(group: number): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => {
      if (!Number.isInteger(pid)) return false;
      try {
        const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
        return Number(fields[2]) === group && fields[0] !== "Z";
      } catch {
        return false;
      }
    });
}
