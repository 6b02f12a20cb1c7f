import { readFileSync, writeFileSync } from "node:fs";
import { afterEach, expect, it } from "vitest";

import { openHouse, PATIENCE, type House } from "./house.ts";

let house: House;
afterEach(() => house.close());

it("a worker that is killed from outside is told in words, and the next message goes on", async () => {
  house = await openHouse();
  const program = `[ -e once ] && exec cat; touch once; echo half an answer; kill -9 $$`;
  const text = readFileSync(house.config, "utf8");
  const worker = `sh: { kind: command, command: sh, args: [-c, "${program}"], workspace: ${house.directory} }`;
  writeFileSync(
    house.config,
    text.replace(/^workers: .*$/m, () => `workers: { ${worker} }`),
  );
  await house.run();
  await house.say("begin");
  const said = async (): Promise<string> => (await house.said()).join("\n");
  await expect
    .poll(said, PATIENCE)
    .toMatch(
      /half an answer[^]*killed, and not by me: perhaps this machine ran out of memory[^]*I continue from here/,
    );
  await house.say("and now?");
  await expect.poll(said, PATIENCE).toContain("and now?");
});
