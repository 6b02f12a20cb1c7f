import axe from "axe-core";

import type { Page } from "./page.ts";

/** Only what is asked of a page that wants to be WCAG 2.2 AA, and axe's own good practice. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe-core finds wrong with the page as it is now: a line each, none when all is well. */
export async function axeViolations(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate<boolean>("typeof axe === 'object'"))) {
    await page.evaluate(`${axe.source}; true`);
  }
  await page.waitFor(AT_REST);
  const options = { runOnly: { type: "tag", values: RULES }, resultTypes: ["violations"] };
  const { violations } = await page.evaluate<Found>(
    `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => ({ violations }))`,
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, html, failureSummary }) =>
      [`${id}: ${help}`, target.join(" "), html.slice(0, 200), failureSummary].join("\n  "),
    ),
  );
}

/** A colour on its way from light to dark is neither, and no fault. */
const AT_REST = `new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go))).then(() =>
  document.getAnimations().every((one) =>
    one.playState !== "running" || one.effect.getComputedTiming().endTime === Infinity))`;

interface Found {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly {
      readonly target: readonly string[];
      readonly html: string;
      readonly failureSummary: string;
    }[];
  }[];
}
