import { describe, expect, it } from "vitest";

import {
  formatExternalId,
  formatPressId,
  parseExternalId,
} from "../../../adapters/telegram/external-id.ts";

describe("an external id of Telegram", () => {
  it.each([
    [{ bot: 1, chat: "7", message: 9, edit: null }, "1:7:9"],
    [{ bot: 1, chat: "-1001", message: 9, edit: null }, "1:-1001:9"],
    [{ bot: 1, chat: "7", message: 9, edit: { date: 17, update: 3 } }, "1:7:9:e17-3"],
  ])("%j is %s and back", (identity, text) => {
    expect(formatExternalId(identity)).toBe(text);
    expect(parseExternalId(text)).toEqual(identity);
  });

  it.each(["", "999999", "1:cb:5", "a:b:c", "1:7:9:e17", "1:7:9:10", formatPressId(1, "5")])(
    "%j names no message",
    (text) => {
      expect(parseExternalId(text)).toBe(null);
    },
  );
});
