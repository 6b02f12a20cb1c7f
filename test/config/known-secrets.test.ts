import { expect, it } from "vitest";

import { knowSecret, withoutSecrets } from "../../gateway/config/known-secrets.ts";
import { Secret } from "../../gateway/config/secret.ts";
import { workerEnvironment } from "../../gateway/config/worker-environment.ts";
import { createLog } from "../../gateway/log.ts";
import type { BootId } from "../../sessions/ids.ts";

it("[X05] whatever was once made a secret is taken out of any text, also as an address or JSON writes it", () => {
  void new Secret('known "secret" & more-4f0c9e');
  const texts = [
    'a known "secret" & more-4f0c9e b',
    `a ${encodeURIComponent('known "secret" & more-4f0c9e')} b`,
    `a ${JSON.stringify('known "secret" & more-4f0c9e').slice(1, -1)} b`,
  ];
  for (const text of texts) expect(withoutSecrets(text)).toBe("a (secret) b");
});

it("[X05] of a Telegram token the part after the bot's number is a secret, too", () => {
  knowSecret("123456789:AAE-of-a-known-secret");
  expect(withoutSecrets("bot123456789:AAE-of-a-known-secret/getMe")).toBe("bot(secret)/getMe");
  expect(withoutSecrets("AAE-of-a-known-secret of 123456789")).toBe("(secret) of 123456789");
});

it("what is short enough to be a word is left", () => {
  knowSecret("gateway");
  expect(withoutSecrets("the gateway")).toBe("the gateway");
});

it("a variable whose name only sounds like a secret blots out no ordinary word", () => {
  workerEnvironment({ AUTH_MODE: "disabled" }, ["AUTH_MODE"]);
  expect(withoutSecrets("polling is disabled")).toBe("polling is disabled");
});

it("a number is left where JSON has one", () => {
  knowSecret("1795260933496");
  expect(withoutSecrets('{"at":1795260933496}')).toBe('{"at":1795260933496}');
});

it("[X05] no log line holds a secret, whatever it hangs on; of a worker's variables those with the name of one", () => {
  workerEnvironment({ OF_AN_API_KEY: "key-of-an-agent", COLOUR: "red-as-a-rose" }, [
    "OF_AN_API_KEY",
    "COLOUR",
  ]);
  const lines: string[] = [];
  const output = { isTTY: false, write: (text: string) => void lines.push(text) };
  const log = createLog({ level: "info", format: "json" }, { boot: "boot_1" as BootId, output });
  const cause = new Error("refused key-of-an-agent");
  log.info({ err: new Error("no", { cause }), deep: { list: ["key-of-an-agent"] } }, "odd");
  expect(lines.join("")).toContain("(secret)");
  expect(lines.join("")).not.toContain("key-of-an-agent");
  expect(withoutSecrets("red-as-a-rose")).toBe("red-as-a-rose");
});
