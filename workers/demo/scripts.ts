import { approvalAt, approvalsAt } from "./approval-scripts.ts";
import { plainAnswer } from "./plain-answer.ts";
import { fileAt } from "./file-script.ts";
import type { Ending, Run } from "./run.ts";
import { DONE } from "./run.ts";
import { longText } from "./long-text.ts";
import { seenFiles } from "./seen-files.ts";

/** What only the process itself can do. */
export interface Stage {
  /** Ends the process as a bug would. */
  crash(): Promise<Ending>;
  /** Starts a program that outlives it; says its pid. */
  leaveOrphan(): number;
}

export interface Script {
  readonly usage: string;
  readonly does: string;
  /** It says itself when it has accepted the turn, or never does. */
  readonly acceptsLate?: true;
  /** Ignores an interrupt, TERM and EOF. */
  readonly isDeaf?: true;
  /** `rest`: what follows the first word. */
  play(run: Run, rest: string, stage: Stage): Promise<Ending>;
}

/** Chosen by the first word of a message; anything else is answered plainly. */
export function findScript(text: string): { readonly script: Script; readonly rest: string } {
  const [, word = "", rest = ""] = /^\s*(\S+)\s?([^]*)$/.exec(text) ?? [];
  const script = SCRIPTS.get(word.toLowerCase());
  return script === undefined ? { script: PLAIN, rest: text } : { script, rest };
}

const PLAIN: Script = {
  usage: "(anything else)",
  does: "repeats it, and tells what it was given besides",
  play: async (run) => said(run, plainAnswer(run.brief, await seenFiles(run.brief.attachments))),
};

/** So often at most, so that a thousand slow turns at once remain cheap. */
const SLOW_WORD_MS = 250;

const LIST: readonly (Script & { readonly words: readonly string[] })[] = [
  {
    words: ["slow"],
    usage: "slow [seconds]",
    does: "streams for so long (10); words that are steered in are woven in",
    play: async (run, rest) => {
      const seconds = numberIn(rest, 10);
      const wordMs = Math.max(run.wordMs, SLOW_WORD_MS);
      const words = Math.max(1, Math.round((seconds * 1000) / wordMs));
      run.emit({ type: "delta", text: `Counting to ${words}:` });
      await run.listen(async (sayAdditions) => {
        for (let word = 1; word <= words; word += 1) {
          await run.pause((seconds * 1000) / words);
          sayAdditions();
          run.emit({ type: "delta", text: ` ${word}` });
        }
      });
      return said(run, ". Done.");
    },
  },
  {
    words: ["ask"],
    usage: "ask [text]",
    does: "asks for approval and goes on after the answer",
    play: approvalAt,
  },
  { words: ["ask2"], usage: "ask2 [text]", does: "asks two things at once", play: approvalsAt },
  {
    words: ["tool"],
    usage: "tool [seconds]",
    does: "uses a tool for so long (2)",
    play: async (run, rest) => {
      const seconds = numberIn(rest, 2);
      run.emit({ type: "tool_started", call: "call-1", name: "wait", input: `${seconds} s` });
      await run.pause(seconds * 1000);
      const result = `waited ${seconds} s`;
      run.emit({ type: "tool_ended", call: "call-1", state: "done", result });
      return said(run, `The tool ${result}.`);
    },
  },
  {
    words: ["echo"],
    usage: "echo text",
    does: "answers exactly that, at once",
    play: (run) => {
      run.emit({ type: "delta", text: run.brief.texts.map(withoutEcho).join("\n") });
      return Promise.resolve(DONE);
    },
  },
  {
    words: ["long"],
    usage: "long [characters]",
    does: "answers at such length (6000), with code in it",
    play: async (run, rest) => {
      for (const part of longText(numberIn(rest, 6000))) {
        run.emit({ type: "delta", text: part });
        await run.pause(run.wordMs);
      }
      return DONE;
    },
  },
  {
    words: ["file"],
    usage: "file [text]",
    does: "sends a small file back, with that text in it",
    play: fileAt,
  },
  {
    words: ["history"],
    usage: "history",
    does: "prints the transcript and the restart note as they were given",
    play: (run) => {
      const { history, note } = run.brief;
      const noted = note === null ? [] : [`restart note (${note.cause}): ${note.text}`];
      const lines = [`${history.length} entries`, ...history, ...noted];
      run.emit({ type: "delta", text: lines.join("\n") });
      return Promise.resolve(DONE);
    },
  },
  {
    words: ["start", "refuse-accept"],
    usage: "start [seconds]",
    does: "takes so long (5) to accept the message",
    acceptsLate: true,
    play: async (run, rest) => {
      await run.pause(numberIn(rest, 5) * 1000);
      run.emit({ type: "accepted" });
      return said(run, "Accepted at last.");
    },
  },
  {
    words: ["fail"],
    usage: "fail",
    does: "fails for good",
    play: () => Promise.resolve({ type: "failed", error: "failed, as asked for", canRetry: false }),
  },
  {
    words: ["failonce", "retry"],
    usage: "failonce",
    does: "fails to start, and succeeds at the second attempt",
    acceptsLate: true,
    play: (run) => {
      if (run.brief.attempt === 1) {
        const error = "failed to start, as asked for";
        return Promise.resolve({ type: "failed", error, canRetry: true });
      }
      run.emit({ type: "accepted" });
      return said(run, `Attempt ${run.brief.attempt} succeeded.`);
    },
  },
  {
    words: ["hang"],
    usage: "hang",
    does: "is silent until it is stopped",
    play: (run) => run.pauseForEver(),
  },
  {
    words: ["deaf"],
    usage: "deaf",
    does: "is silent and cannot be stopped, only killed",
    isDeaf: true,
    play: () => new Promise(() => undefined),
  },
  {
    words: ["crash"],
    usage: "crash",
    does: "dies in the middle of the answer",
    play: async (run, _rest, stage) => {
      await run.say("This answer will not be");
      return stage.crash();
    },
  },
  {
    words: ["crashstart"],
    usage: "crashstart",
    does: "dies before it accepts the message",
    acceptsLate: true,
    play: (_run, _rest, stage) => stage.crash(),
  },
  {
    words: ["orphan"],
    usage: "orphan",
    does: "leaves a program behind that outlives it",
    play: (run, _rest, stage) => said(run, `Left process ${stage.leaveOrphan()} behind.`),
  },
  {
    words: ["help"],
    usage: "help",
    does: "lists all this",
    play: (run) => {
      const lines = [...LIST, PLAIN].map((script) => `- \`${script.usage}\` ${script.does}`);
      run.emit({ type: "delta", text: ["This is the demo agent.", ...lines].join("\n") });
      return Promise.resolve(DONE);
    },
  },
];

const SCRIPTS = new Map(LIST.flatMap((script) => script.words.map((word) => [word, script])));

async function said(run: Run, text: string): Promise<Ending> {
  await run.say(text);
  return DONE;
}

function withoutEcho(text: string): string {
  return text.replace(/^\s*echo\s?/i, "");
}

function numberIn(text: string, otherwise: number): number {
  const found = Number.parseFloat(text);
  return Number.isFinite(found) && found >= 0 ? found : otherwise;
}
