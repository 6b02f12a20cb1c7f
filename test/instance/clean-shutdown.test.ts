import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import {
  consumeMarker,
  markerFile,
  readMarker,
  writeMarker,
} from "../../gateway/instance/clean-shutdown.ts";
import { formatMarker, parseMarker, type Marker } from "../../gateway/instance/marker.ts";
import type { BootId } from "../../sessions/ids.ts";

const BOOT = "boot_one" as BootId;
const DAY = 24 * 60 * 60 * 1000;
const NOW = 1_767_225_600_000;
const marker: Marker = { boot: BOOT, at: NOW, why: "restart", host: "here" };
const context = { lastBoot: BOOT, now: NOW + 1_000 };
let stateDir: string;

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), "sluice-marker-"));
});

afterEach(() => {
  rmSync(stateDir, { recursive: true, force: true });
});

describe("the clean-shutdown marker", () => {
  it("[C01] is written whole, for this user only, with nothing left beside it", async () => {
    await writeMarker(stateDir, marker);
    expect(readdirSync(stateDir)).toEqual([".clean_shutdown"]);
    expect(parseMarker(readFileSync(markerFile(stateDir), "utf8"))).toEqual(marker);
    expect(statSync(markerFile(stateDir)).mode & 0o777).toBe(0o600);
  });

  it("[C01] replaces one that an earlier stop left", async () => {
    await writeMarker(stateDir, { ...marker, boot: "boot_zero" as BootId });
    await writeMarker(stateDir, marker);
    expect(await readMarker(stateDir, context)).toEqual({ outcome: "found", marker });
  });

  it("rejects when it cannot be written", async () => {
    await expect(writeMarker(join(stateDir, "none"), marker)).rejects.toThrow("ENOENT");
  });

  it("[C02] is consumed by the boot that reads it", async () => {
    await writeMarker(stateDir, marker);
    expect(await consumeMarker(stateDir, context)).toEqual({ outcome: "found", marker });
    expect(readdirSync(stateDir)).toEqual([]);
    expect(await consumeMarker(stateDir, context)).toMatchObject({ reason: "missing" });
  });

  it("[C02] counts as absent, and says so, when it cannot be removed", async () => {
    // A directory in its place is the one thing that even root cannot unlink.
    mkdirSync(markerFile(stateDir));
    const reading = await consumeMarker(stateDir, context);
    expect(reading).toMatchObject({ outcome: "absent", reason: "unremovable" });
    expect(reading.outcome === "absent" && reading.detail).toContain(markerFile(stateDir));
  });

  it.each([
    ["empty", ""],
    ["cut in half", formatMarker(marker).slice(0, -20)],
    ["no JSON", "clean"],
    ["of another format", formatMarker(marker).replace(`"version":1`, `"version":2`)],
    ["without a boot", `{"version":1,"at":1,"why":"stop","host":"h"}`],
    ["of no boot", formatMarker(marker).replace("boot_one", "")],
    ["with a time in words", formatMarker(marker).replace(String(NOW), `"today"`)],
  ])("[C05] that is %s counts as absent and goes", async (_, text) => {
    writeFileSync(markerFile(stateDir), text);
    expect(await readMarker(stateDir, context)).toMatchObject({ reason: "corrupt" });
    expect(await consumeMarker(stateDir, context)).toMatchObject({ reason: "corrupt" });
    expect(readdirSync(stateDir)).toEqual([]);
  });

  it("[C05] of a boot that is not the last one counts as absent and goes", async () => {
    await writeMarker(stateDir, marker);
    const later = { ...context, lastBoot: "boot_two" as BootId };
    expect(await readMarker(stateDir, { ...context, lastBoot: null })).toMatchObject({
      reason: "foreign",
    });
    expect(await consumeMarker(stateDir, later)).toMatchObject({ reason: "foreign" });
    expect(readdirSync(stateDir)).toEqual([]);
  });

  it.each([
    ["29 days old", NOW + 29 * DAY, "found"],
    ["31 days old", NOW + 31 * DAY, "absent"],
    ["a minute in the future", NOW - 60_000, "found"],
    ["a day in the future", NOW - DAY, "absent"],
  ])("[C05] that is %s (now %d) is %s", async (_, now, outcome) => {
    await writeMarker(stateDir, marker);
    const reading = await readMarker(stateDir, { lastBoot: BOOT, now });
    expect(reading.outcome).toBe(outcome);
    if (reading.outcome === "absent") expect(reading.reason).toBe("old");
  });

  it("is read from the example as it stands", () => {
    const text = readFileSync(join(import.meta.dirname, "../../.clean_shutdown.example"), "utf8");
    expect(parseMarker(text)).toMatchObject({ why: "restart", host: "example" });
  });
});
