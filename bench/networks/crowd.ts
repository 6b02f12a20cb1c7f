import { pause } from "../driver/wait.ts";
import type { Stage } from "./network.ts";

/** People who say `echo <word>` and wait for the word. */
export interface Crowd {
  /** Resolves when the answer is seen with the time it took since `from`, ms. */
  ask(person: number, from?: number): Promise<number>;
  /** Says it and goes on. Returns the word. */
  tell(person: number): string;
  /** How often each word that was told or asked has come back. */
  readonly answers: ReadonlyMap<string, number>;
  /** When each answer came. */
  readonly answeredAt: readonly number[];
}

const ANSWER_MS = 60_000;

export function createCrowd(stage: Stage): Crowd {
  const awaited = new Map<string, () => void>();
  const answers = new Map<string, number>();
  const answeredAt: number[] = [];
  let counter = 0;

  stage.onText((text) => {
    const before = answers.get(text);
    // A notice, or an answer that tells people it may be a second one.
    if (before === undefined) return;
    answeredAt.push(performance.now());
    answers.set(text, before + 1);
    awaited.get(text)?.();
    awaited.delete(text);
  });

  function tell(person: number): string {
    counter += 1;
    const word = `word${counter}`;
    answers.set(word, 0);
    stage.say(person, `echo ${word}`);
    return word;
  }

  return {
    answers,
    answeredAt,
    tell,
    ask(person, from = performance.now()) {
      return new Promise((resolve, reject) => {
        const word = tell(person);
        const late = setTimeout(() => {
          reject(new Error(`no answer ${word} within ${ANSWER_MS} ms`));
        }, ANSWER_MS);
        awaited.set(word, () => {
          clearTimeout(late);
          resolve(performance.now() - from);
        });
      });
    },
  };
}

/** Calls back evenly over time with the moment each was due, so often or until aborted: what is late catches up. */
export async function atRate(
  pace: { readonly perSecond: number; readonly count?: number; readonly signal?: AbortSignal },
  act: (index: number, dueAt: number) => void,
): Promise<void> {
  const { perSecond, count = Infinity, signal } = pace;
  const began = performance.now();
  const isOver = (): boolean => signal?.aborted === true;
  for (let index = 0; index < count && !isOver(); index += 1) {
    const dueAt = began + (index * 1000) / perSecond;
    const wait = dueAt - performance.now();
    if (wait > 0) await pause(wait);
    act(index, dueAt);
  }
}
