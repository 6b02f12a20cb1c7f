/** A slash command as the bot registered it. */
export interface RegisteredCommand {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly type: number;
  readonly options: readonly CommandOption[];
  /** Everything that was sent, to be answered again. */
  readonly raw: Readonly<Record<string, unknown>>;
}

export interface CommandOption {
  readonly name: string;
  readonly type: number;
  readonly required?: boolean | undefined;
  readonly choices?:
    | readonly { readonly name: string; readonly value: string | number }[]
    | undefined;
  readonly options?: readonly CommandOption[] | undefined;
}

export interface GivenOption {
  readonly name: string;
  readonly type: number;
  readonly value?: string | number | boolean;
  readonly options?: readonly GivenOption[];
}

const SUBCOMMAND = 1;
const GROUP = 2;

/** What a person typed, as the client sends it; throws for what a client does not let through. */
export function givenOptions(
  of: Pick<RegisteredCommand, "name" | "options">,
  path: readonly string[],
  values: Readonly<Record<string, string | number | boolean>>,
): readonly GivenOption[] {
  const [next, ...further] = path;
  if (next !== undefined) {
    const sub = of.options.find(
      (option) => option.name === next && (option.type === SUBCOMMAND || option.type === GROUP),
    );
    if (sub === undefined) throw new Error(`/${of.name} has no subcommand ${next}`);
    const options = givenOptions({ name: next, options: sub.options ?? [] }, further, values);
    return [{ name: next, type: sub.type, options }];
  }
  for (const name of Object.keys(values)) {
    if (!of.options.some((option) => option.name === name)) {
      throw new Error(`/${of.name} has no option ${name}`);
    }
  }
  return of.options.flatMap((option) => given(of.name, option, values[option.name]));
}

function given(
  command: string,
  { name, type, required, choices }: CommandOption,
  value: string | number | boolean | undefined,
): readonly GivenOption[] {
  if (type === SUBCOMMAND || type === GROUP) throw new Error(`/${command} needs a subcommand`);
  if (value === undefined) {
    if (required === true) throw new Error(`/${command} needs the option ${name}`);
    return [];
  }
  const isChoice = choices === undefined || choices.length === 0;
  if (!isChoice && !choices.some((choice) => choice.value === value)) {
    throw new Error(`/${command} ${name} has no choice ${value}`);
  }
  return [{ name, type, value }];
}
