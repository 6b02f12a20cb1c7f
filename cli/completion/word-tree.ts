import type { Command } from "commander";

/** What can be typed after some words. */
export interface WordPlace {
  /** The words that lead here: `sessions show`; empty for the program itself. */
  readonly path: string;
  readonly words: readonly Word[];
  readonly options: readonly Word[];
}

export interface Word {
  readonly text: string;
  readonly about: string;
}

/** Every place of a command line, the program itself first. */
export function wordTree(program: Command): readonly WordPlace[] {
  const common = optionsOf(program).filter((option) => option.text !== "--version");
  const walk = (command: Command, path: string): readonly WordPlace[] => [
    {
      path,
      words: [
        ...command.commands.map((child) => ({ text: child.name(), about: child.description() })),
        ...command.registeredArguments.flatMap((argument) =>
          (argument.argChoices ?? []).map((text) => ({ text, about: argument.description })),
        ),
      ],
      options: command === program ? optionsOf(program) : [...optionsOf(command), ...common],
    },
    ...command.commands.flatMap((child) => walk(child, `${path} ${child.name()}`.trim())),
  ];
  return walk(program, "");
}

function optionsOf(command: Command): readonly Word[] {
  const own = command.options.flatMap((option) =>
    typeof option.long === "string" && !option.hidden
      ? [{ text: option.long, about: option.description }]
      : [],
  );
  return command.parent === null ? [...own, { text: "--help", about: "show help" }] : own;
}
