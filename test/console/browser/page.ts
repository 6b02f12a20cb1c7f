import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import type { DevTools, Given } from "./devtools.ts";
import { exceptionText, faultOf } from "./faults.ts";
import type { Fault } from "./faults.ts";
import { pressOf } from "./keys.ts";
import { spotOf } from "./spot.ts";
import type { Spot } from "./spot.ts";
import { until } from "./until.ts";

/** How the page is shown. What is left out is as on a desk: 1280 by 800, light, with motion. */
export interface Show {
  readonly width?: number;
  readonly height?: number;
  /** Device pixels of one CSS pixel. */
  readonly scale?: number;
  /** A phone: touch, and the page's own viewport. */
  readonly phone?: boolean;
  readonly dark?: boolean;
  readonly reducedMotion?: boolean;
}

/** One tab. Everything waits by itself for what it needs, 15 s at most, and says what it found instead. */
export interface Page {
  /** Its cookies and storage. */
  readonly context: string;
  /** All that must not happen on a page, in order. */
  readonly faults: readonly Fault[];
  /** Addresses that it asked for, in order. */
  readonly requests: readonly string[];
  /** Until it is loaded. */
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** JSON of an expression, which may be a promise. The page's policy does not bind it. */
  evaluate<Value>(expression: string): Promise<Value>;
  /** Until the expression, or what it promises, is true. */
  waitFor(expression: string, ms?: number): Promise<void>;
  /** Until the page's text holds it. */
  waitForText(text: string | RegExp, ms?: number): Promise<void>;
  /** All the text that it shows. */
  text(): Promise<string>;
  /** By its role and accessible name, as a screen reader finds it. A string is the whole name. */
  at(role: string, name?: string | RegExp): Spot;
  /** `Enter`, `Shift+Tab`, `a`; into whatever has the focus. */
  press(key: string, times?: number): Promise<void>;
  /** As an input method or a paste would; into whatever has the focus. */
  type(text: string): Promise<void>;
  /** Into a file input, which is often out of sight. */
  choose(selector: string, files: readonly string[]): Promise<void>;
  show(how: Show): Promise<void>;
  offline(isOffline: boolean): Promise<void>;
  /** PNG; written to the file, if one is named. */
  screenshot(file?: string): Promise<Buffer>;
  send<Answer = Given>(method: string, params?: Given): Promise<Answer>;
  close(): Promise<void>;
}

export async function openPage(tools: DevTools, context: string): Promise<Page> {
  const { targetId } = await tools.send<{ targetId: string }>("Target.createTarget", {
    url: "about:blank",
    browserContextId: context,
    newWindow: true,
  });
  const { sessionId } = await tools.send<{ sessionId: string }>("Target.attachToTarget", {
    targetId,
    flatten: true,
  });
  const send = <Answer = Given>(method: string, params?: Given): Promise<Answer> =>
    tools.send<Answer>(method, params, sessionId);
  const faults: Fault[] = [];
  const requests: string[] = [];
  let loads = 0;
  const unlisten = tools.listen(sessionId, (method, params) => {
    const fault = faultOf(method, params);
    if (fault !== null) faults.push(fault);
    if (method === "Page.loadEventFired") loads += 1;
    if (method === "Network.requestWillBeSent") {
      requests.push((params as { request: { url: string } }).request.url);
    }
    if (method === "Page.javascriptDialogOpening") {
      send("Page.handleJavaScriptDialog", { accept: false }).catch(() => undefined);
    }
  });
  for (const domain of ["Page", "Runtime", "Log", "Network", "Audits", "Inspector", "DOM"]) {
    await send(`${domain}.enable`);
  }
  await send("Emulation.setFocusEmulationEnabled", { enabled: true });

  const evaluate = async <Value>(expression: string): Promise<Value> => {
    const answer = await send<Evaluated<Value>>("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
      userGesture: true,
    });
    const { exceptionDetails } = answer;
    if (exceptionDetails === undefined) return answer.result.value;
    throw new Error(exceptionText({ exceptionDetails }));
  };
  const text = (): Promise<string> =>
    evaluate<string>("document.body === null ? '' : document.body.innerText");
  const story = async (): Promise<string> => {
    const address = await evaluate<string>("location.href").catch(String);
    const shown = (await text().catch(String)).slice(0, 2000);
    const wrong = faults.slice(-5).map((fault) => `${fault.kind}: ${fault.text}`);
    return `${address} shows\n${shown}\n${wrong.join("\n")}`;
  };
  const loaded = async (begin: () => Promise<boolean>): Promise<void> => {
    const before = loads;
    if (!(await begin())) return;
    await until(
      () => Promise.resolve(loads > before ? true : null),
      async () => `the page is not loaded; ${await story()}`,
    );
  };

  const page: Page = {
    context,
    faults,
    requests,
    goto: (url) =>
      loaded(async () => {
        const answer = await send<{ errorText?: string; loaderId?: string }>("Page.navigate", {
          url,
        });
        if (answer.errorText !== undefined) throw new Error(`${url}: ${answer.errorText}`);
        if (answer.loaderId !== undefined) return true;
        // Only the part after the # is new, and the page is told of it a moment later.
        await page.waitFor(`location.href === ${JSON.stringify(new URL(url).href)}`);
        return false;
      }),
    reload: () =>
      loaded(async () => {
        await send("Page.reload");
        return true;
      }),
    evaluate,
    async waitFor(expression, ms) {
      const isSo = async (): Promise<true | null> =>
        Boolean(await evaluate<unknown>(expression)) || null;
      await until(isSo, async () => `${expression}; ${await story()}`, ms);
    },
    async waitForText(wanted, ms) {
      const isThere = async (): Promise<true | null> => {
        const shown = await text();
        const found = typeof wanted === "string" ? shown.includes(wanted) : wanted.test(shown);
        return found || null;
      };
      await until(isThere, async () => `the text ${String(wanted)}; ${await story()}`, ms);
    },
    text,
    at: (role, name) => spotOf({ send, story, within: null }, { role, name: name ?? /(?:)/ }),
    async press(key, times = 1) {
      const [down, up] = pressOf(key);
      for (let index = 0; index < times; index += 1) {
        await send("Input.dispatchKeyEvent", down);
        await send("Input.dispatchKeyEvent", up);
      }
    },
    async type(words) {
      await send("Input.insertText", { text: words });
    },
    async choose(selector, files) {
      const { result } = await send<{ result: { objectId?: string } }>("Runtime.evaluate", {
        expression: `document.querySelector(${JSON.stringify(selector)})`,
      });
      if (result.objectId === undefined) throw new Error(`no ${selector}; ${await story()}`);
      await send("DOM.setFileInputFiles", { files, objectId: result.objectId });
    },
    async show({ width = 1280, height = 800, scale = 1, phone = false, dark = false, ...more }) {
      await send("Emulation.setDeviceMetricsOverride", {
        width,
        height,
        deviceScaleFactor: scale,
        mobile: phone,
      });
      await send("Emulation.setTouchEmulationEnabled", { enabled: phone });
      await send("Emulation.setEmulatedMedia", {
        features: [
          { name: "prefers-color-scheme", value: dark ? "dark" : "light" },
          {
            name: "prefers-reduced-motion",
            value: more.reducedMotion === true ? "reduce" : "no-preference",
          },
        ],
      });
    },
    async offline(isOffline) {
      await send("Network.emulateNetworkConditions", {
        offline: isOffline,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput: -1,
      });
    },
    async screenshot(file) {
      const { data } = await send<{ data: string }>("Page.captureScreenshot", { format: "png" });
      const image = Buffer.from(data, "base64");
      if (file !== undefined) {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, image);
      }
      return image;
    },
    send,
    async close() {
      unlisten();
      await tools.send("Target.closeTarget", { targetId }).catch(() => undefined);
    },
  };
  return page;
}

interface Evaluated<Value> {
  readonly result: { readonly value: Value };
  readonly exceptionDetails?: Parameters<typeof exceptionText>[0]["exceptionDetails"];
}
