import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { transcriptMarkdown } from "../../cli/show/transcript-markdown.ts";
import type { SessionExport } from "../../gateway/report/session-export.ts";
import { openHouse, PATIENCE, type House } from "../e2e/house.ts";

describe("sluice export", () => {
  let house: House;
  beforeEach(async () => {
    house = await openHouse();
  });
  afterEach(() => house.close());

  it("prints what was said, also before /new, as a page and as lines", async () => {
    await house.run();
    await house.say("echo first");
    await expect.poll(() => house.said(), PATIENCE).toEqual(["first"]);
    await house.say("/new");
    await house.say("echo # second");
    await expect.poll(async () => (await house.said()).at(-1), PATIENCE).toContain("second");
    const page = await house.cli(["export", "local:main:home"]);
    expect(page.code, page.err).toBe(0);
    expect(page.out).toMatch(/^# local:main:home\n\n## ses_\w+\n\n\*\*/);
    expect(page.out).toMatch(
      /> echo first\n[^]*\*\*agent\*\* [^]*> first\n[^]*## ses_[^]*> # second/,
    );
    const lines = await house.cli(["export", "local:main:home", "--format", "jsonl"]);
    const entries = lines.out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { key: string; body: { kind: string } });
    expect(entries.map(({ body }) => body.kind)).toEqual([
      "user",
      "assistant",
      "user",
      "assistant",
    ]);
    const none = await house.cli(["export", "local:main:nobody"]);
    expect(none.code).toBe(1);
    expect(none.err).toContain("no session local:main:nobody");
  });
});

describe("sluice export of what is archived", () => {
  let house: House;
  beforeEach(async () => {
    house = await openHouse();
  });
  afterEach(() => house.close());

  it("says which conversations left the store, and how to read them", async () => {
    await house.run();
    await house.say("echo here");
    await expect.poll(() => house.said(), PATIENCE).toEqual(["here"]);
    const folder = join(house.stateDir, "archive", "local%3Amain%3Ahome");
    mkdirSync(folder, { recursive: true });
    const file = join(folder, "2026-01-31T12-00-00Z_ses_old.jsonl.gz");
    writeFileSync(file, gzipSync('{"key":"local:main:home"}\n'));
    writeFileSync(join(folder, "2026-01-31T12-00-00Z_ses_half.jsonl.gz.part"), "");
    const page = await house.cli(["export", "local:main:home"]);
    expect(page.out).toContain("> here");
    expect(page.err).toBe(
      `sluice: a conversation that rests since 2026-01-31 is in the archive: zcat "${file}"\n`,
    );
    const json = await house.cli(["export", "local:main:home", "--json"]);
    expect(json.err).toBe("");
    expect(JSON.parse(json.out)).toMatchObject({
      archived: [{ session: "ses_old", file, restsSince: Date.UTC(2026, 0, 31, 12) }],
    });
  });
});

describe("a page of a transcript", () => {
  it("lets nothing that was said pass for a part of it, or for words to a terminal", () => {
    const text = transcriptMarkdown({
      key: "fake:main:c1",
      isWhole: false,
      archived: [],
      conversations: [
        {
          session: "ses_1",
          entries: [
            {
              session: "ses_1",
              turn: "trn_1",
              id: "trn_1:1",
              at: 0,
              body: {
                kind: "user",
                text: "a\r\n# b\u001b[2J",
                message: "msg_1",
                sentAt: 0,
                sender: { id: "1", name: "*Ann*\n# c" },
                attachments: [],
              },
            },
          ],
        },
      ],
    } as unknown as SessionExport);
    expect(text).toBe(
      "# fake:main:c1\n\n*The oldest entries are left out.*\n\n## ses_1\n\n" +
        "**\\*Ann\\* # c** 1970-01-01T00:00:00Z\n\n> a\n> # b [2J\n",
    );
  });
});
