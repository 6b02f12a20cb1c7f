import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it } from "vitest";

import { loadConfiguration } from "../../gateway/config/load.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sluice-config-"));
});

afterEach(() => rmSync(directory, { recursive: true }));

it("the files of secrets are known, so that no worker can send them to a chat", () => {
  mkdirSync(join(directory, "credentials"));
  writeFileSync(join(directory, "credentials", "main"), "one");
  writeFileSync(join(directory, "bot.token"), "two");
  writeFileSync(join(directory, "local.token"), "three");
  const file = join(directory, "config.yaml");
  const yaml = `
networks:
  local: { adapter: local, token: { file: local.token } }
  telegram:
    adapter: telegram
    accounts:
      main: { token: { credential: main } }
      spare: { token: { file: ${directory}/bot.token } }
`;
  writeFileSync(file, yaml);
  const environment = { HOME: directory, CREDENTIALS_DIRECTORY: join(directory, "credentials") };
  expect(loadConfiguration({ file, environment }).secretPaths).toEqual([
    join(directory, "credentials"),
    join(directory, "local.token"),
    join(directory, "bot.token"),
  ]);
});
