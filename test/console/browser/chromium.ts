import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

import { connectDevTools } from "./devtools.ts";
import { findChromium, NO_CHROMIUM } from "./find-chromium.ts";
import { openPage } from "./page.ts";
import type { Page } from "./page.ts";

export interface Chromium {
  /** Of its process group. */
  readonly pid: number;
  /** Its folder, gone after `close`. */
  readonly profile: string;
  /** With cookies and storage of its own, in a window of its own. */
  page(): Promise<Page>;
  /** A further tab of the same person: it shares cookies with `page`. */
  beside(page: Page): Promise<Page>;
  /** Ends all its processes. Idempotent. */
  close(): Promise<void>;
}

const FLAGS = [
  "--headless=new",
  "--no-sandbox",
  "--remote-debugging-pipe",
  "--no-first-run",
  "--no-default-browser-check",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-extensions",
  "--disable-sync",
  "--disable-breakpad",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--metrics-recording-only",
  "--mute-audio",
  "--password-store=basic",
  "--disable-features=Translate,MediaRouter,OptimizationHints,AutofillServerCommunication",
  // Windows that nobody looks at keep their pace.
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
  // No name but this machine's leads anywhere.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
  "--force-color-profile=srgb",
  "--font-render-hinting=none",
  "--lang=en-US",
  "--window-size=1280,800",
];

/** A headless Chromium with a profile of its own, which nothing of it outlives. */
export async function startChromium(): Promise<Chromium> {
  const program = findChromium();
  if (program === null) throw new Error(NO_CHROMIUM);
  const profile = mkdtempSync(join(tmpdir(), "sluice-chromium-"));
  const child = spawn(program, [...FLAGS, `--user-data-dir=${profile}`, "about:blank"], {
    // A group of its own, so that all of its processes can be ended at once.
    detached: true,
    stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
    env: { HOME: profile, PATH: process.env["PATH"], LANG: "en_US.UTF-8", TZ: "UTC" },
  });
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
  const ended = once(child, "exit");
  const tools = connectDevTools(child.stdio[3] as Writable, child.stdio[4] as Readable);
  const pid = child.pid ?? 0;

  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    process.off("exit", killGroup);
    killGroup();
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  };
  const killGroup = (): void => {
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // None of it is left.
    }
  };
  process.on("exit", killGroup);

  try {
    await tools.send("Browser.getVersion");
  } catch (error) {
    await close();
    throw new Error(`chromium does not start: ${said.slice(-1000)}`, { cause: error });
  }
  return {
    pid,
    profile,
    async page() {
      const answer = await tools.send<{ browserContextId: string }>("Target.createBrowserContext", {
        disposeOnDetach: true,
      });
      return openPage(tools, answer.browserContextId);
    },
    beside: ({ context }) => openPage(tools, context),
    close: () => (closing ??= close()),
  };
}
