import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

import { drawTimeline } from "../../../docs/picture/draw-timeline.ts";
import { timelineStyle } from "../../../docs/picture/timeline-style.ts";
import { at, restarted } from "./sample.ts";

const KEPT = new URL("../../../docs/timeline.svg", import.meta.url);

it("the picture of a run says in words what its colours say, and to those who hear it what it shows", () => {
  const drawn = drawTimeline({ ...restarted(), until: at(60), now: at(60) });
  expect(drawn).toMatch(/^<svg [^>]*role="img" aria-labelledby="title desc">/);
  expect(drawn).toMatch(/<title id="title">.+<\/title><desc id="desc">.+<\/desc>/);
  for (const word of ["drain", "time-out", "restart, turns cut", "running", "continued"]) {
    expect(drawn).toContain(`>${word}</text>`);
  }
});

it("the picture that is kept shows a restart, a kill and what went on after both", () => {
  const kept = readFileSync(KEPT, "utf8");
  for (const word of ["drain", "killed", "cut short", "continued", "waits for approval"]) {
    expect(kept).toContain(`>${word}</text>`);
  }
  // It is shown by others' pages: nothing is fetched for it, nothing of it runs, nothing tells of a machine.
  expect(kept).not.toMatch(/https?:(?!\/\/www\.w3\.org\/2000\/svg)|<script|\/tmp\/|@import/);
  expect(kept).toContain(timelineStyle().slice(0, 200));
});

it("its letters are readable on its ground, in light and dark", () => {
  const [light = "", dark = ""] = timelineStyle().split("@media");
  for (const style of [light, dark]) {
    const ground = /\.page \{ fill: (#\w{6})/.exec(style)?.[1] ?? "";
    const letters = style
      .split("}")
      .filter((rule) => /text|told|tick|place|lane-name/.test(rule) && /\{ fill:/.test(rule))
      // What stands on a bar is judged against the bar.
      .filter((rule) => !rule.includes(".part."));
    expect(letters.length).toBeGreaterThan(4);
    for (const rule of letters) {
      const colour = /fill: (#\w{6})/.exec(rule)?.[1] ?? "";
      expect(contrast(colour, ground), rule).toBeGreaterThanOrEqual(4.5);
    }
    const bar = /\.part\.running \.ground \{ fill: (#\w{6})/.exec(style)?.[1] ?? "";
    const onBar = /\.part\.running text \{ fill: (#\w{6})/.exec(style)?.[1] ?? "";
    expect(contrast(onBar, bar)).toBeGreaterThanOrEqual(4.5);
  }
});

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((place) => {
    const part = Number.parseInt(colour.slice(place, place + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
