import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { pino } from "pino";
import { expect, it, onTestFinished } from "vitest";

import { loadConfiguration } from "../../gateway/config/load.ts";
import { createWorkers } from "../../gateway/workers.ts";
import { startModelServer } from "../fakes/model-server/model-server.ts";
import { createLedger, realClock } from "./ledger.ts";
import { answerIn, newConversation, play, turnOf } from "./turns.ts";

it("a model and a command of the configuration answer with what they are configured to have", async () => {
  const dir = mkdtempSync(join(tmpdir(), "sluice-configured-"));
  const server = await startModelServer({ key: "sk-planted", models: ["good"] });
  const file = join(dir, "config.yaml");
  writeFileSync(
    file,
    `workers:
  wise: { kind: model, baseUrl: "${server.url}", model: good, key: { env: K }, system: Be brief. }
  plain: { kind: command, command: sh, args: ["-c", "cat; echo $SHOWN-$K"], passEnvironment: [SHOWN] }
`,
  );
  const environment = { HOME: dir, PATH: "/usr/bin:/bin", K: "sk-planted", SHOWN: "shown" };
  const settings = loadConfiguration({ file, environment });
  const ledger = createLedger();
  const log = pino({ level: "silent" });
  const workers = await createWorkers(settings, {
    host: ledger,
    clock: realClock,
    log,
    environment,
  });
  onTestFinished(async () => {
    await Promise.all(workers.map((worker) => worker.close(500)));
    await server.stop();
    rmSync(dir, { recursive: true });
    expect(await ledger.alive()).toEqual([]);
  });
  const [wise, plain] = workers;
  const { signal } = new AbortController();
  const model = await wise?.open(newConversation(), signal);
  const command = await plain?.open(newConversation(), signal);
  if (model === undefined || command === undefined) throw new Error("both are configured");
  expect(answerIn(await play(model, turnOf("recall")))).toBe("system: Be brief.\nuser: recall");
  expect(answerIn(await play(command, turnOf("hello")))).toBe("hello\nshown-\n");
});
