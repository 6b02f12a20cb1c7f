import type { BootId, RequestId, SessionId, TurnId } from "../../../sessions/ids.ts";
import type { Decision, SessionCommand } from "../../../sessions/machine/commands.ts";
import type { SessionEvent } from "../../../sessions/machine/events.ts";
import { newSession } from "../../../sessions/machine/state.ts";
import type { Session } from "../../../sessions/machine/state.ts";
import { KEY, S1, THRESHOLD } from "./sample.ts";

/** One session and all that ever was of it, so that commands can name what is over. */
export interface World {
  session: Session;
  boot: number;
  now: number;
  readonly turns: TurnId[];
  readonly requests: RequestId[];
  readonly conversations: SessionId[];
  /** Turns that ended, were cut or went back: none may be active again. */
  readonly over: Set<TurnId>;
  readonly finished: Set<TurnId>;
  /** Turns that a worker accepted or asked about. */
  readonly begun: Set<TurnId>;
  readonly log: { readonly event: SessionEvent; readonly at: number }[];
}

export interface Step {
  readonly world: World;
  readonly before: Session;
  readonly command: SessionCommand;
  readonly decision: Decision;
  readonly after: Session;
}

export function newWorld(): World {
  return {
    session: newSession(KEY, S1, 0),
    boot: 0,
    now: 0,
    turns: [],
    requests: [],
    conversations: [S1],
    over: new Set(),
    finished: new Set(),
    begun: new Set(),
    log: [],
  };
}

/** A command in the abstract; what it names is looked up when its turn has come. */
export type Recipe =
  | { readonly ask: "admit"; readonly origin: "message" | "auto" }
  | { readonly ask: "worker"; readonly say: Say; readonly as: Voice }
  | { readonly ask: "stop"; readonly cause: "person" | "newer_message" | "operator" }
  | {
      readonly ask: "settle";
      readonly with: "allow" | "deny" | "expire";
      /** The nth open request, or one that was closed long ago. */
      readonly which: 0 | 1 | "old";
    }
  | { readonly ask: "drain"; readonly why: "restart_timeout" | "shutdown_timeout" }
  /** The process dies and another boots; repairing comes at once, or whenever the session is read. */
  | { readonly ask: "boot" }
  | { readonly ask: "recover" }
  | { readonly ask: "renew" | "skip" | "mode" | "agent" }
  | { readonly ask: "archive"; readonly which: "latest" | "oldest" | "present" }
  | { readonly ask: "resume"; readonly which: "latest" | "oldest" | "present" };

type Say =
  | "accepted"
  | "start_failed"
  | "start_failed_for_good"
  | "ask"
  | "ask_again"
  | "withdraw"
  | "completed"
  | "failed"
  | "cancelled"
  | "lost"
  | "lost_fail"
  | "stalled"
  | "stalled_fail"
  | "stop_expired";

/** Who speaks: the active worker, one before or after it, the one that was cut, one of an earlier turn. */
type Voice = "active" | "older" | "newer" | "marked" | "ended";

const SAYS: readonly Say[] = [
  "accepted",
  "start_failed",
  "start_failed_for_good",
  "ask",
  "ask_again",
  "withdraw",
  "completed",
  "failed",
  "cancelled",
  "lost",
  "lost_fail",
  "stalled",
  "stalled_fail",
  "stop_expired",
];

const SETTLE = ["allow", "deny", "expire"] as const;

export const RECIPES: readonly Recipe[] = [
  { ask: "admit", origin: "message" },
  { ask: "admit", origin: "auto" },
  ...SAYS.flatMap((say) =>
    (["active", "older", "newer", "marked", "ended"] as const).map(
      (as) => ({ ask: "worker", say, as }) as const,
    ),
  ),
  ...(["person", "newer_message", "operator"] as const).map(
    (cause) => ({ ask: "stop", cause }) as const,
  ),
  ...SETTLE.flatMap((how) =>
    ([0, 1, "old"] as const).map((which) => ({ ask: "settle", with: how, which }) as const),
  ),
  { ask: "drain", why: "restart_timeout" },
  { ask: "drain", why: "shutdown_timeout" },
  { ask: "boot" },
  { ask: "recover" },
  { ask: "renew" },
  { ask: "skip" },
  { ask: "mode" },
  { ask: "agent" },
  ...(["latest", "oldest", "present"] as const).flatMap(
    (which) =>
      [
        { ask: "archive", which },
        { ask: "resume", which },
      ] as const,
  ),
];

const ADMIT: Recipe = { ask: "admit", origin: "message" };
const ACCEPTED: Recipe = { ask: "worker", say: "accepted", as: "active" };
const ASK: Recipe = { ask: "worker", say: "ask", as: "active" };
const COMPLETED: Recipe = { ask: "worker", say: "completed", as: "active" };
const ALLOW: Recipe = { ask: "settle", with: "allow", which: 0 };
const DIED: readonly Recipe[] = [{ ask: "boot" }, { ask: "recover" }];
const CRASH: readonly Recipe[] = [ADMIT, ACCEPTED, ...DIED];

/** What lives are mostly made of; random steps alone would hardly ever be cut three times in a row. */
const OFTEN: readonly (readonly Recipe[])[] = [
  [ADMIT],
  [ADMIT, ACCEPTED],
  [ADMIT, ACCEPTED, ASK],
  [ADMIT, ACCEPTED, ASK, ...DIED],
  [ADMIT, ACCEPTED, ASK, ...DIED, ALLOW],
  [ADMIT, ACCEPTED, ASK, ASK],
  [ADMIT, ACCEPTED, { ask: "stop", cause: "person" }],
  [ADMIT, ACCEPTED, COMPLETED],
  [ADMIT, ACCEPTED, { ask: "drain", why: "restart_timeout" }],
  CRASH,
  [...CRASH, ...CRASH],
  [...CRASH, ...CRASH, ADMIT, ACCEPTED],
  [...CRASH, ...CRASH, ADMIT, ACCEPTED, ASK, ...DIED, ALLOW],
  [...CRASH, ...CRASH, ...CRASH],
  [...CRASH, ...CRASH, ...CRASH, { ask: "resume", which: "oldest" }],
  [ADMIT, ACCEPTED, COMPLETED, { ask: "renew" }],
  [ACCEPTED],
  DIED,
];

/** A life is made of these, one after another. */
export const MENU: readonly (readonly Recipe[])[] = [
  ...RECIPES.map((recipe) => [recipe]),
  ...Array.from({ length: 4 }, () => OFTEN).flat(),
];

/** Null: the recipe is about the world and asks nothing of the session. */
export function cook(world: World, recipe: Recipe): SessionCommand | null {
  const owner = bootId(world.boot);
  const fence = world.boot + 1;
  switch (recipe.ask) {
    case "admit":
      return {
        type: "admit",
        turn: fresh(world.turns, "trn"),
        owner,
        fence,
        origin: recipe.origin,
        fresh: fresh(world.conversations, "ses"),
        worker: world.session.settings.worker ?? "default",
      };
    case "worker":
      return speak(world, recipe.say, recipe.as);
    case "stop":
      return { type: "stop", stop: recipe.cause };
    case "settle": {
      const open = openRequests(world.session);
      const request =
        (recipe.which === "old" ? world.requests[0] : open[recipe.which]) ??
        ("req_none" as RequestId);
      return recipe.with === "expire"
        ? { type: "expire", request, owner, fence }
        : { type: "answer", request, decision: recipe.with, owner, fence };
    }
    case "drain":
      return { type: "drain_timeout", interruption: recipe.why, threshold: THRESHOLD };
    case "boot":
      world.boot += 1;
      return null;
    case "recover":
      return { type: "recover", boot: owner, threshold: THRESHOLD };
    case "renew":
      return { type: "renew", fresh: fresh(world.conversations, "ses") };
    case "skip":
      return { type: "skip" };
    case "mode":
      return { type: "set_mode", mode: world.now % 2 === 0 ? "steer" : null };
    case "agent":
      return { type: "set_worker", worker: world.now % 2 === 0 ? "other" : null };
    case "archive": {
      const { past, id } = world.session;
      const which = { latest: past[0]?.id, oldest: past.at(-1)?.id, present: id };
      return {
        type: "archive",
        conversation: which[recipe.which] ?? ("ses_none" as SessionId),
        fresh: fresh(world.conversations, "ses"),
      };
    }
    case "resume": {
      const { past, id } = world.session;
      const which = { latest: null, oldest: past.at(-1)?.id ?? null, present: id };
      return { type: "resume", past: which[recipe.which] };
    }
  }
}

function speak(world: World, say: Say, as: Voice): SessionCommand {
  const who = voiceOf(world, as);
  const threshold = THRESHOLD;
  switch (say) {
    case "accepted":
    case "stop_expired":
      return { ...who, type: say };
    case "start_failed":
    case "start_failed_for_good":
      return { ...who, type: "start_failed", canRetry: say === "start_failed", reason: say };
    case "ask":
      return { ...who, type: "ask", request: fresh(world.requests, "req") };
    case "ask_again":
    case "withdraw": {
      const request = openRequests(world.session)[0] ?? ("req_none" as RequestId);
      return { ...who, type: say === "withdraw" ? "withdraw" : "ask", request };
    }
    case "completed":
    case "failed":
    case "cancelled":
      return { ...who, type: "end", outcome: say, reason: say };
    case "lost":
    case "lost_fail":
    case "stalled":
    case "stalled_fail":
      return {
        ...who,
        type: "lost",
        interruption: say.startsWith("stalled") ? "stalled" : "worker_lost",
        policy: say.endsWith("_fail") ? "fail" : "resume",
        threshold,
        reason: say,
      };
  }
}

function voiceOf(world: World, as: Voice): { turn: TurnId; generation: number } {
  const { turn, mark } = world.session;
  const nobody = { turn: "trn_none" as TurnId, generation: 1 };
  switch (as) {
    case "active":
      return turn === null ? nobody : { turn: turn.id, generation: turn.generation };
    case "older":
      return turn === null ? nobody : { turn: turn.id, generation: turn.generation - 1 };
    case "newer":
      return turn === null ? nobody : { turn: turn.id, generation: turn.generation + 1 };
    case "marked":
      return mark?.kind === "resume_pending"
        ? { turn: mark.turn, generation: mark.generation }
        : mark === null
          ? nobody
          : { turn: mark.turn, generation: 1 };
    case "ended":
      return { turn: world.turns.at(-2) ?? nobody.turn, generation: 1 };
  }
}

function openRequests(session: Session): readonly RequestId[] {
  return session.turn?.phase === "awaiting_input" ? session.turn.requests : [];
}

/** Made anew each time, as the gateway does, also when the command is then refused. */
function fresh<Id extends string>(made: Id[], prefix: string): Id {
  const id = `${prefix}_${made.length}x` as Id;
  made.push(id);
  return id;
}

function bootId(n: number): BootId {
  return `boot_${n}` as BootId;
}
