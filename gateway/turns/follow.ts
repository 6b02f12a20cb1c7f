import type { WorkerCommand } from "../../sessions/machine/commands.ts";
import type { WorkerEvent } from "../../workers/worker.ts";
import type { Core } from "../core.ts";
import { takeFile } from "../files/outgoing.ts";
import type { Applied, Desk, Proposal } from "../dispatch.ts";
import { takeAsk } from "./ask.ts";
import type { LiveTurn } from "./live-turn.ts";
import { liveWrites } from "./live-writes.ts";
import type { TurnRecord } from "./record.ts";
import { detachedNotice } from "./request-rows.ts";
import { cursorWrite } from "./conversation.ts";
import { untilStored } from "./until-stored.ts";

/** Turns what a worker says into commands, in order, each stored before the next is looked at. */
export async function follow(core: Core, desk: Desk, live: LiveTurn): Promise<void> {
  if (live.worker === null) return;
  let why: "why_gone" | "why_killed" = "why_gone";
  for await (const event of live.worker.prompt(live.input)) {
    live.seenAt = core.clock.monotonic();
    if (event.type === "killed") why = "why_killed";
    if (await heed(core, desk, live, event)) return;
  }
  await gone(core, desk, live, { reason: core.texts.say(why), interruption: "worker_lost" });
}

/** True when that was the last word. */
async function heed(core: Core, desk: Desk, live: LiveTurn, event: WorkerEvent): Promise<boolean> {
  switch (event.type) {
    case "accepted":
      live.isAccepted = true;
      await untilStored(core, live, () =>
        desk.apply(live.key, { command: { type: "accepted", ...who(live) } }),
      );
      core.probe("turn_accepted");
      return false;
    case "delta":
      live.record.say(event.text);
      show(live);
      core.probe("delta");
      return false;
    case "tool_started":
      live.openTools += 1;
      live.record.toolStarted(event.call, event.name, event.input);
      live.progress?.toolStarted(event.call, event);
      show(live);
      await untilStored(core, live, () => checkpoint(core, live.record));
      core.probe("tool_started");
      return false;
    case "tool_ended":
      live.openTools = Math.max(0, live.openTools - 1);
      live.record.toolEnded(event.call, event.state, event.result);
      live.progress?.toolEnded(event.call);
      show(live);
      await untilStored(core, live, () => checkpoint(core, live.record));
      core.probe("tool_ended");
      return false;
    case "ask":
      // Who asks has begun, whether it said so or not.
      live.isAccepted = true;
      await takeAsk(core, desk, live, event);
      return false;
    case "ask_withdrawn":
      await withdraw(core, desk, live, event.id);
      return false;
    case "file":
      await takeFile(core, live, event);
      return false;
    case "cursor":
      await untilStored(core, live, () => keepCursor(core, live, event.value));
      return false;
    case "plan":
      live.progress?.planned(event.steps);
      show(live);
      return false;
    case "usage":
      live.usage = event;
      return false;
    case "killed":
      live.remarks.push(core.texts.say("agent_killed"));
      return false;
    case "thought":
    case "ping":
      return false;
    case "completed":
      await end(core, desk, live, {
        type: "end",
        outcome: "completed",
        reason: event.reason,
        ...who(live),
      });
      core.probe("turn_finished");
      return true;
    case "failed":
      await failed(core, desk, live, event);
      return true;
    case "cancelled":
      await end(core, desk, live, {
        type: "end",
        outcome: "cancelled",
        reason: event.reason ?? "cancelled",
        ...who(live),
      });
      return true;
  }
}

function show({ stream, record, progress }: LiveTurn): void {
  stream.show(record.text(), progress?.line() ?? "");
}

/** The last of those that asked the same takes the request with it. */
async function withdraw(core: Core, desk: Desk, live: LiveTurn, ask: string): Promise<void> {
  const asked = live.asked.get(ask);
  if (asked === undefined || asked.request === null) return;
  const { request } = asked;
  live.asked.set(ask, { ...asked, request: null });
  if ([...live.asked.values()].some((other) => other.request === request)) return;
  await end(core, desk, live, { type: "withdraw", request, ...who(live) });
}

async function keepCursor(core: Core, live: LiveTurn, value: unknown): Promise<void> {
  const { session, workerName: worker } = live;
  await core.engine.commit({ keyed: [cursorWrite(core, { session, worker }, value)] });
}

async function failed(
  core: Core,
  desk: Desk,
  live: LiveTurn,
  event: Extract<WorkerEvent, { type: "failed" }>,
): Promise<void> {
  const canRetry =
    !live.isAccepted && event.canRetry && live.input.attempt < core.settings.turns.startAttempts;
  if (live.isAccepted) {
    await end(core, desk, live, {
      type: "end",
      outcome: "failed",
      reason: event.error,
      ...who(live),
    });
  } else {
    await end(core, desk, live, {
      type: "start_failed",
      canRetry,
      reason: event.error,
      ...who(live),
    });
  }
}

/** The worker died, could not be started, or fell silent for too long. */
export async function gone(
  core: Core,
  desk: Desk,
  live: LiveTurn,
  how: { readonly reason: string; readonly interruption: "worker_lost" | "stalled" },
): Promise<void> {
  const { reason, interruption } = how;
  if (!live.isAccepted) {
    const canRetry = live.input.attempt < core.settings.turns.startAttempts;
    await end(core, desk, live, { type: "start_failed", canRetry, reason, ...who(live) });
    return;
  }
  const lost: Proposal = {
    command: {
      type: "lost",
      interruption,
      policy: core.settings.turns.workerLost,
      threshold: core.settings.resume.cutsToSuspend,
      reason,
      ...who(live),
    },
    async writes(change) {
      const writes = await liveWrites(core, live, change);
      const told = detachedNotice(core, change, await core.engine.papers(live.turn));
      return { ...writes, outbox: [...(writes.outbox ?? []), ...told.outbox] };
    },
  };
  await untilStored(core, live, () => desk.apply(live.key, lost));
}

/** Which turn and generation a live turn speaks for. */
export function who(live: LiveTurn): Pick<LiveTurn, "turn" | "generation"> {
  return { turn: live.turn, generation: live.generation };
}

/** An end is one write: transcript, outbox, inbox and state. */
export async function end(
  core: Core,
  desk: Desk,
  live: LiveTurn,
  command: WorkerCommand,
): Promise<Applied> {
  return untilStored(core, live, () =>
    desk.apply(live.key, { command, writes: (change) => liveWrites(core, live, change) }),
  );
}

/** What was said and done so far, kept as partial. */
export async function checkpoint(core: Core, record: TurnRecord): Promise<void> {
  const transcript = record.take(core.clock.now());
  if (transcript.length === 0) return;
  try {
    await core.engine.commit({ transcript });
  } catch (error) {
    record.again();
    throw error;
  }
}
