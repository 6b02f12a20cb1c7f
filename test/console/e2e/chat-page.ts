import type { Page } from "../browser/page.ts";
import { until } from "../browser/until.ts";

/** Types it into the chat that the page shows, and sends it with Enter. */
export async function sayOnPage(page: Page, text: string): Promise<void> {
  const composer = page.at("textbox", "Message");
  await composer.fill(text);
  await page.press("Enter");
  await composer.waitFor(`it.value === ""`);
}

/** What the chat's log shows, the oldest first: a text each. */
export async function shownOnPage(page: Page): Promise<readonly string[]> {
  return page
    .at("log")
    .read<string[]>(`[...it.querySelectorAll("li[data-id]")].map((one) => one.innerText)`);
}

/** Until one message in the chat's log, and no more, fits. */
export async function waitShownOnce(page: Page, words: RegExp, ms?: number): Promise<string> {
  return until(
    async () => {
      const fitting = (await shownOnPage(page)).filter((text) => words.test(text));
      return fitting.length === 1 ? (fitting[0] ?? null) : null;
    },
    async () => `once ${String(words)} in ${JSON.stringify(await shownOnPage(page), null, 1)}`,
    ms,
  );
}
