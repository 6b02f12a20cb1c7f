import type { Configuration, NetworkSettings } from "../config/configuration.ts";
import { hearingOf } from "../config/place-rule.ts";
import type { Hearing } from "../config/place-rule.ts";

/** The configuration of one life, which a reload may change. */
export interface LiveConfiguration {
  /** One object for the whole life: what it says counts now. Read it where it is needed, and keep no copy. */
  readonly settings: Configuration;
  /** How the bots of a network listen in groups; likewise one object for the whole life. */
  hearing(network: string): Readonly<Record<string, Hearing>>;
  /** As a start would read it now. Rejects with `config_*`. */
  reread(): Promise<Configuration>;
  replace(next: Configuration): void;
}

export function liveConfiguration(
  first: Configuration,
  reread: () => Promise<Configuration>,
): LiveConfiguration {
  const settings = { ...first };
  const hearings = new Map<string, Record<string, Hearing>>();
  return {
    settings,
    hearing(network) {
      const known = hearings.get(network) ?? heardIn(settings.networks[network]);
      hearings.set(network, known);
      return known;
    },
    reread,
    replace(next) {
      Object.assign(settings, next);
      for (const [network, hearing] of hearings) {
        for (const place of Object.keys(hearing)) delete hearing[place];
        Object.assign(hearing, heardIn(next.networks[network]));
      }
    },
  };
}

function heardIn(network: NetworkSettings | undefined): Record<string, Hearing> {
  if (network === undefined || network.adapter === "local") return {};
  return { ...hearingOf(network.adapter === "telegram" ? network.groups : network.channels) };
}
