import type {
  Conversation,
  TurnAttachment,
  Worker,
  WorkerAbilities,
  WorkerEvent,
  WorkerSession,
  WorkerTurn,
} from "../../workers/worker.ts";

/** A worker that does what the test says, turn by turn, in this process. */
export interface ScriptedWorker extends Worker {
  /** Every prompt it was given, in order. */
  readonly turns: ScriptedTurn[];
  /** When set, each turn is answered by this at once; else the test drives it. */
  answerWith: ((turn: WorkerTurn) => readonly WorkerEvent[]) | null;
  /** What the next opens reject with. */
  readonly refusals: Error[];
  readonly opened: Conversation[];
  /** Conversations that were closed, and how many of the next closes fail. */
  readonly closed: Conversation[];
  closesToFail: number;
  /** Opens wait for it. */
  gate: Promise<void>;
  /** Told right before an open is refused. */
  onRefusal: () => void;
}

export interface ScriptedTurn {
  readonly given: WorkerTurn;
  readonly conversation: Conversation;
  readonly steered: string[];
  /** What came with the steered words. */
  readonly steeredFiles: TurnAttachment[];
  readonly answers: { readonly ask: string; readonly decision: "allow" | "deny" }[];
  interrupts: number;
  /** Called at each, before the worker obeys. */
  onInterrupt: () => void;
  isKilled: boolean;
  /** Says it; the promise of the gateway's loop picks it up. */
  say(...events: readonly WorkerEvent[]): void;
  accept(): void;
  /** Accepted, this text, completed. */
  finish(text: string): void;
  /** The process is gone without a word. */
  die(): void;
}

export interface ScriptedOptions {
  readonly name?: string;
  readonly abilities?: Partial<WorkerAbilities>;
  /** It yields `cancelled` by itself when interrupted. */
  readonly obeys?: boolean;
  readonly marker?: string | null;
  /** What was killed goes on speaking. */
  readonly haunts?: boolean;
  readonly turnsAtOnce?: number;
}

export function createScriptedWorker(options: ScriptedOptions = {}): ScriptedWorker {
  const turns: ScriptedTurn[] = [];
  const opened: Conversation[] = [];
  const refusals: Error[] = [];
  const worker: ScriptedWorker = {
    name: options.name ?? "demo",
    abilities: { canSteer: true, keepsContext: false, ...options.abilities },
    ...(options.turnsAtOnce !== undefined && { turnsAtOnce: options.turnsAtOnce }),
    turns,
    opened,
    closed: [],
    closesToFail: 0,
    refusals,
    answerWith: null,
    gate: Promise.resolve(),
    onRefusal: () => undefined,
    async open(conversation) {
      opened.push(conversation);
      await worker.gate;
      const refusal = refusals.shift();
      if (refusal !== undefined) {
        worker.onRefusal();
        throw refusal;
      }
      return session(conversation);
    },
    async close() {
      for (const turn of turns) turn.die();
    },
    processes: () => [],
  };

  function session(conversation: Conversation): WorkerSession {
    let current: ScriptedTurn | null = null;
    return {
      marker: options.marker ?? null,
      prompt(given) {
        const { turn, events } = scriptedTurn(given, conversation);
        current = turn;
        turns.push(turn);
        const scripted = worker.answerWith?.(given);
        if (scripted !== undefined) turn.say(...scripted);
        return events;
      },
      async steer(message) {
        if (current === null || !worker.abilities.canSteer) return false;
        current.steered.push(message.text);
        current.steeredFiles.push(...message.attachments);
        return true;
      },
      async answer(ask, decision) {
        current?.answers.push({ ask, decision });
      },
      async interrupt() {
        if (current === null) return;
        current.interrupts += 1;
        current.onInterrupt();
        if (options.obeys !== false) current.say({ type: "cancelled" });
      },
      async close() {
        if (worker.closesToFail > 0) {
          worker.closesToFail -= 1;
          throw new Error("will not close");
        }
        worker.closed.push(conversation);
        current?.die();
      },
      kill() {
        if (current === null) return;
        current.isKilled = true;
        if (options.haunts !== true) current.die();
      },
    };
  }
  return worker;
}

function scriptedTurn(given: WorkerTurn, conversation: Conversation) {
  const queue: WorkerEvent[] = [];
  let isDead = false;
  let wake = (): void => undefined;
  const turn: ScriptedTurn = {
    given,
    conversation,
    steered: [],
    steeredFiles: [],
    answers: [],
    interrupts: 0,
    onInterrupt: () => undefined,
    isKilled: false,
    say(...events) {
      queue.push(...events);
      wake();
    },
    accept() {
      turn.say({ type: "accepted" });
    },
    finish(text) {
      turn.say(
        { type: "accepted" },
        { type: "delta", text },
        { type: "completed", reason: "end_turn" },
      );
    },
    die() {
      isDead = true;
      wake();
    },
  };
  async function* events(): AsyncGenerator<WorkerEvent> {
    for (;;) {
      const event = queue.shift();
      if (event !== undefined) {
        yield event;
        if (["completed", "failed", "cancelled"].includes(event.type)) return;
      } else if (isDead) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }
  return { turn, events: events() };
}
