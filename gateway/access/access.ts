import type { AdapterHost } from "../../adapters/adapter.ts";
import type { InboundMessage } from "../../sessions/message.ts";
import type { Configuration, NetworkSettings } from "../config/configuration.ts";
import type { AccessBook } from "./book.ts";

/** As much of a message as says who speaks, and where. */
export type Spoken = Pick<InboundMessage, "address" | "scope" | "places"> & {
  readonly sender: Pick<InboundMessage["sender"], "id">;
};

/** Who may talk to it, from the configuration and from what was decided since: nothing else answers that. */
export interface Access {
  isAllowed(spoken: Spoken): boolean;
  isOperator(network: string, user: string): boolean;
  /** Named in the configuration, by whatever list: to forget what was decided would not keep them out. */
  isNamed(network: string, user: string): boolean;
  /** Strangers are given a code. */
  isPairing(network: string): boolean;
  people(network: string): AdapterHost["people"];
  readonly book: AccessBook;
}

export function createAccess(
  configured: Pick<Configuration, "networks">,
  book: AccessBook,
): Access {
  const settings = (network: string): NetworkSettings | null =>
    configured.networks[network] ?? null;

  function isOperator(network: string, user: string): boolean {
    const person = book.person(network, user);
    if (person?.standing === "denied") return false;
    return (
      person?.standing === "operator" || (settings(network)?.operators.includes(user) ?? false)
    );
  }

  return {
    book,
    isOperator,
    isAllowed({ address: { network, chat, thread }, scope, sender: { id: user }, places = [] }) {
      const here = settings(network);
      const person = book.person(network, user);
      if (here === null || person?.standing === "denied") return false;
      if (isOperator(network, user)) return true;
      const names = [...(thread === null ? [] : [thread]), chat, ...places];
      const own = scope === "group" ? ownList(here, names) : null;
      if (own !== null) return isIn(own, user);
      return person !== null || isIn(here.allow, user);
    },
    isNamed(network, user) {
      const here = settings(network);
      if (here === null) return false;
      const lists = [here.operators, here.allow, ...ownLists(here)];
      return lists.some((list) => isIn(list, user));
    },
    isPairing: (network) => settings(network)?.pairing === "on",
    people(network) {
      const here = settings(network);
      const { operators = [], allow = [] } = here ?? {};
      const known = book.persons().filter((person) => person.network === network);
      const denied = new Set(
        known.flatMap(({ user, standing }) => (standing === "denied" ? [user] : [])),
      );
      const paired = known.filter(({ standing }) => standing !== "denied");
      const everybody = new Set([...operators, ...allow, ...paired.map(({ user }) => user)]);
      everybody.delete("*");
      const allowed = [...everybody].filter((user) => !denied.has(user));
      return { operators: allowed.filter((user) => isOperator(network, user)), allowed };
    },
  };
}

function isIn(list: readonly string[], user: string): boolean {
  return list.includes("*") || list.includes(user);
}

type PlaceRules = Extract<NetworkSettings, { groups: unknown }>["groups"];

function rulesOf(network: NetworkSettings): PlaceRules {
  if ("groups" in network) return network.groups;
  return "channels" in network ? network.channels : {};
}

/** The list of a group that has one of its own, by the nearest of its names; null = that of its network counts. */
function ownList(network: NetworkSettings, names: readonly string[]): readonly string[] | null {
  const rules = rulesOf(network);
  for (const name of [...names, "*"]) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (typeof rule === "object" && rule.allow !== null) return rule.allow;
  }
  return null;
}

function ownLists(network: NetworkSettings): readonly (readonly string[])[] {
  return Object.values(rulesOf(network)).flatMap((rule) =>
    typeof rule === "object" && rule.allow !== null ? [rule.allow] : [],
  );
}
