import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { bareEnvironment, bareProgram, gatewayWords, makeHouse } from "../driver/bot.ts";
import { startProgram } from "../driver/program.ts";
import type { Program } from "../driver/program.ts";
import { until } from "../driver/wait.ts";
import { createCrowd } from "./crowd.ts";
import type { Crowd } from "./crowd.ts";
import type { Network, Stage } from "./network.ts";

/** A bot that can be started again and again, on a network of its own. */
export interface Seat {
  readonly crowd: Crowd;
  /** Resolves when the network sees it listen. */
  start(): Promise<Program>;
  close(): Promise<void>;
}

export async function seatGateway(network: Network, directory: string): Promise<Seat> {
  const { adapter } = network;
  const stage = await network.open();
  const about = `apiRoot: "${stage.apiRoot}", allow: ["*"]`;
  const house = await makeHouse(directory, {
    network: `${adapter}: { adapter: ${adapter}, token: { file: bot-token }, ${about} }`,
  });
  writeFileSync(join(directory, "bot-token"), `${stage.token}\n`, { mode: 0o600 });
  const preloads = network.preload.flatMap((file) => ["--import", file]);
  const words = [...preloads, ...gatewayWords(house), "run"];
  return seat(stage, { directory, words, environment: {} });
}

export async function seatBare(network: Network, directory: string): Promise<Seat> {
  const stage = await network.open();
  mkdirSync(directory, { recursive: true });
  const words = [bareProgram(network.bare), stage.token, stage.apiRoot];
  return seat(stage, { directory, words, environment: bareEnvironment(network.bare) });
}

function seat(stage: Stage, program: Omit<Parameters<typeof startProgram>[0], "isReady">): Seat {
  return {
    crowd: createCrowd(stage),
    async start() {
      // The connection of the one before may be seen to end a little after its process.
      const gone = (): true | null => (stage.isListening() ? null : true);
      await until("the bot before to be gone", gone, { everyMs: 1, mostMs: 10_000 });
      return startProgram({ ...program, isReady: () => stage.isListening() });
    },
    close: () => stage.close(),
  };
}
