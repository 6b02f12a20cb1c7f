import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { STATES_PAGE, printStates } from "../../../docs/print-states.ts";
import { TRANSITIONS } from "../../../sessions/machine/transitions.ts";

describe("docs/states.md", () => {
  it("[S11] is what the table prints: run `npm run states` after a change", () => {
    expect(readFileSync(STATES_PAGE, "utf8")).toBe(printStates());
  });

  it("[S11] changes when a row changes", () => {
    expect(printStates(TRANSITIONS.slice(1))).not.toBe(printStates());
  });

  it("[S11] draws an arrow for each step that leaves a status", () => {
    const page = printStates();
    for (const row of TRANSITIONS) {
      for (const from of row.from) {
        for (const to of row.to) {
          if (from !== to) expect(page).toContain(`  ${from} --> ${to}: `);
        }
      }
    }
  });
});
