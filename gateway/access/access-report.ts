import type { Core } from "../core.ts";

/** Who may talk to it, who asks to, and by whose word. */
export interface AccessReport {
  readonly networks: readonly NetworkAccess[];
  readonly people: readonly KnownPerson[];
  readonly asking: readonly {
    readonly network: string;
    readonly user: string;
    readonly name: string;
    /** Epoch ms. */
    readonly at: number;
    readonly expiresAt: number;
  }[];
}

export interface NetworkAccess {
  readonly network: string;
  readonly pairing: boolean;
  readonly operators: number;
  /** Strangers who were given a code that still counts. */
  readonly asking: number;
}

export interface KnownPerson {
  readonly network: string;
  /** `"*"` is everybody. */
  readonly user: string;
  readonly name: string;
  readonly standing: "user" | "operator" | "denied";
  /** Null: the configuration says so. */
  readonly by: string | null;
  readonly at: number | null;
}

export function accessReport(core: Core): AccessReport {
  return {
    networks: networkAccess(core),
    people: Object.keys(core.settings.networks).flatMap((network) => peopleOf(core, network)),
    asking: core.access.book
      .knocks()
      .map(({ network, user, name, at, expiresAt }) => ({ network, user, name, at, expiresAt })),
  };
}

export function networkAccess(core: Core): readonly NetworkAccess[] {
  const knocks = core.access.book.knocks();
  return Object.keys(core.settings.networks).map((network) => ({
    network,
    pairing: core.access.isPairing(network),
    operators: core.access.people(network).operators.length,
    asking: knocks.filter((one) => one.network === network).length,
  }));
}

/** Said at each start: without an operator nobody can let anybody in from a chat. */
export function tellMissingOperators(core: Core): void {
  for (const { network, pairing, operators } of networkAccess(core)) {
    if (!pairing || operators > 0) continue;
    const advice = "write to the bot, then type sluice access approve CODE --operator";
    core.log.warn({ network, advice }, "nobody is an operator");
  }
}

/** What was decided outranks the configuration, so it is shown in its place. */
function peopleOf(core: Core, network: string): readonly KnownPerson[] {
  const { operators = [], allow = [] } = core.settings.networks[network] ?? {};
  const decided = core.access.book.persons().filter((person) => person.network === network);
  const names = new Set([...operators, ...allow]);
  for (const { user } of decided) names.delete(user);
  const configured = [...names].map((user): KnownPerson => ({
    network,
    user,
    name: "",
    standing: operators.includes(user) ? "operator" : "user",
    by: null,
    at: null,
  }));
  // An operator by the configuration stays one, also when let in as a user.
  const others = decided.map((person): KnownPerson => ({
    ...person,
    standing: core.access.isOperator(network, person.user) ? "operator" : person.standing,
  }));
  return [...configured, ...others];
}
