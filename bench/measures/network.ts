import { join } from "node:path";

import type { Ground } from "../driver/ground.ts";
import { memoryOf } from "../driver/process-tree.ts";
import type { Row } from "../driver/row.ts";
import { pause } from "../driver/wait.ts";
import { watchMemory } from "../networks/memory.ts";
import type { Memory } from "../networks/memory.ts";
import type { Network } from "../networks/network.ts";
import { byTurns } from "../networks/pair.ts";
import type { Pair } from "../networks/pair.ts";
import { restartOnce } from "../networks/restarts.ts";
import type { Restart } from "../networks/restarts.ts";
import { networkRows } from "../networks/rows.ts";
import { seatBare, seatGateway } from "../networks/seat.ts";
import type { Seat } from "../networks/seat.ts";
import { NO_TALK, talkOnce } from "../networks/talk.ts";
import type { Talk, Talker } from "../networks/talk.ts";

/** One bot and all that was found of it so far. */
interface Subject {
  readonly seat: Seat;
  readonly restarts: readonly Restart[];
}

interface TalkingSubject extends Subject {
  readonly talker: Talker;
  readonly memory: Memory;
  readonly talk: Talk;
  readonly talkedMiB: number;
}

/** The gateway and a bare bot of the same library, by turns, each on a network of its own in this process. */
export async function measureNetwork(network: Network, ground: Ground): Promise<readonly Row[]> {
  const { directory, counts, say } = ground;
  let subjects: Pair<Subject> = {
    gateway: { seat: await seatGateway(network, join(directory, "gateway")), restarts: [] },
    bare: { seat: await seatBare(network, join(directory, "bare")), restarts: [] },
  };
  for (let start = 0; start < counts.warmUps; start += 1) {
    await byTurns(subjects, async ({ seat }) => (await seat.start()).stop());
  }
  for (let round = 0; round < counts.rounds; round += 1) {
    subjects = await byTurns(subjects, async ({ seat, restarts }) => ({
      seat,
      restarts: [...restarts, await restartOnce(seat)],
    }));
    say(`${network.name}, restart ${round + 1}`);
  }
  const found = await measureTalk(network, subjects, ground);
  await byTurns(found, async ({ talker, seat }) => {
    await talker.program.stop();
    await seat.close();
  });
  return networkRows(network.name, found, counts);
}

async function measureTalk(
  network: Network,
  subjects: Pair<Subject>,
  { counts, say }: Ground,
): Promise<Pair<TalkingSubject>> {
  let talking = await byTurns(subjects, async (subject) => {
    const { crowd, start } = subject.seat;
    const talker = { crowd, program: await start() };
    const memory = await watchMemory(talker, counts);
    return { ...subject, talker, memory, talk: NO_TALK, talkedMiB: Number.NaN };
  });
  say(`${network.name}, memory`);
  for (let round = 0; round < counts.rounds; round += 1) {
    talking = await byTurns(talking, async (one) => ({
      ...one,
      talk: await talkOnce(one.talker, counts, one.talk),
    }));
    say(`${network.name}, talk ${round + 1}`);
  }
  await pause(counts.settleMs);
  return byTurns(talking, async (one) => ({
    ...one,
    talkedMiB: memoryOf(one.talker.program.pid),
  }));
}
