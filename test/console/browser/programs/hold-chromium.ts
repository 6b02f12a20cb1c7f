import { startChromium } from "../chromium.ts";

/** A process that can be killed while it drives a browser. */
const chromium = await startChromium();
await (await chromium.page()).goto("about:blank");
process.send?.({ pid: chromium.pid, profile: chromium.profile });
setInterval(() => undefined, 60_000);
