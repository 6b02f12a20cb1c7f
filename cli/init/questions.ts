import * as clack from "@clack/prompts";
import type { Shell } from "../shell.ts";
import { SetupLeft } from "./setup-left.ts";

/** Questions in a terminal. Each rejects with `SetupLeft` when the person leaves. */
export interface Questions {
  choose<Value extends string>(
    message: string,
    options: readonly { readonly value: Value; readonly label: string; readonly hint?: string }[],
  ): Promise<Value>;
  /** `check` says what is wrong with an answer; null = nothing. */
  write(message: string, more: WriteOptions): Promise<string>;
  /** What is typed is not shown. */
  writeSecret(message: string, check: (text: string) => string | null): Promise<string>;
  confirm(message: string, initialValue: boolean): Promise<boolean>;
  tell(text: string): void;
  warn(text: string): void;
  /** Shows that something takes time. */
  during<Result>(message: string, work: Promise<Result>): Promise<Result>;
}

interface WriteOptions {
  readonly placeholder: string;
  readonly check: (text: string) => string | null;
}

export function askIn(shell: Shell): Questions {
  const place = { input: shell.input, output: shell.out };
  const validated = (check: (text: string) => string | null) => {
    return (text: string | undefined): string | undefined => check(text?.trim() ?? "") ?? undefined;
  };
  return {
    async choose(message, options) {
      const values = options.map(({ value }) => value);
      const told = options.map(({ value, label, hint = "" }) => ({ value, label, hint }));
      const answer = left(await clack.select<string>({ message, options: told, ...place }));
      const chosen = values.find((value) => value === answer);
      if (chosen === undefined) throw new SetupLeft();
      return chosen;
    },
    async write(message, { placeholder, check }) {
      const validate = validated(check);
      const shown = { message, placeholder, defaultValue: "", validate };
      return left(await clack.text({ ...shown, ...place })).trim();
    },
    async writeSecret(message, check) {
      const validate = validated(check);
      return left(await clack.password({ message, validate, ...place })).trim();
    },
    confirm: async (message, initialValue) =>
      left(await clack.confirm({ message, initialValue, ...place })),
    tell: (text) => clack.log.success(text, place),
    warn: (text) => clack.log.warn(text, place),
    async during(message, work) {
      clack.log.step(message, place);
      return work;
    },
  };
}

function left<Answer>(answer: Answer | typeof clack.CANCEL_SYMBOL): Answer {
  if (clack.isCancel(answer)) throw new SetupLeft();
  return answer;
}
