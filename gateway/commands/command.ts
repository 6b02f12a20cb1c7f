import type { Session } from "../../sessions/machine/state.ts";
import type { SessionCommand } from "../../sessions/machine/commands.ts";
import type { SessionKey } from "../../sessions/ids.ts";
import type { InboxItem } from "../../sessions/rows.ts";
import type { Approval, PairingReport } from "../access/pairing.ts";
import type { Core } from "../core.ts";
import type { Applied, Desk, Writes } from "../dispatch.ts";
import type { TextKey } from "../notices/catalogue.ts";
import type { AnswerDecision } from "../operations.ts";
import type { LiveTurns } from "../turns/live-turn.ts";

/** A slash command of the chats. The registry is the one list: help, menus and permission come from it. */
export interface ChatCommand {
  readonly name: string;
  /** Shown in the help: `[mode]`. */
  readonly usage: string;
  readonly summary: TextKey;
  readonly isForOperators: boolean;
  run(context: CommandContext): Promise<CommandResult>;
}

export interface CommandContext {
  readonly core: Core;
  readonly desk: Desk;
  readonly lives: LiveTurns;
  readonly hooks: CommandHooks;
  readonly item: InboxItem;
  readonly session: Session;
  /** What followed the command's name. */
  readonly words: string;
}

/** What a command may set going outside its session. */
export interface CommandHooks {
  isDraining(): boolean;
  /** The drain under way ends this process: not one that stays. */
  isLeaving(): boolean;
  /** Drains and restarts; who asked hears when it is done. */
  restart(item: InboxItem): Promise<void>;
  /** Answers one request; the words say what came of it. `counts`: it was open until now. */
  answer(
    request: string,
    decision: AnswerDecision,
    by: string,
  ): Promise<{ readonly words: string; readonly counts: boolean }>;
  /** Lets somebody in by the code they were given. */
  approve(code: string, approval: Approval): Promise<PairingReport>;
  /** Begins a continuing turn, if the session is marked. */
  continueTurn(item: InboxItem): Promise<boolean>;
  /** A message of this session waits for its turn. */
  wake(key: SessionKey): void;
  queued(session: Session): Promise<readonly InboxItem[]>;
}

export type CommandResult =
  /** Nothing changes but that it is answered. */
  | { readonly say: string; readonly afterwards?: () => void }
  /** A transition, and what is said when it was applied or refused; both are one write with the answer. */
  | {
      readonly command: SessionCommand;
      readonly applied: string;
      readonly refused: (why: Extract<Applied, { outcome: "refused" }>["why"]) => string;
    }
  /** Decided and written, with its answer, while nothing else changes the session. */
  | {
      readonly between: () => Promise<{ readonly say: string; readonly writes: Writes }>;
    }
  /** Written by somebody else, together with what `done` gives for its answer. */
  | { readonly own: (done: (say: string) => Writes) => Promise<void> }
  /** Not now: it stays stored and is done after the next boot. */
  | { readonly later: string };
