import type { FoundAgent } from "../doctor/agents-on-path.ts";

/** What a person chose: all that a first configuration is made of. */
export interface Setup {
  readonly network: NetworkChoice;
  readonly agent: AgentChoice;
  /** Of the local chat and the health page; free when they were looked at. */
  readonly ports: Ports;
}

export type NetworkChoice = { readonly adapter: "local" } | BotChoice;

export interface BotChoice {
  readonly adapter: "telegram" | "discord";
  readonly token: string;
  /** Null = the network's own. */
  readonly apiRoot: string | null;
  readonly operators: readonly string[];
  /** As people see it; null = the network was not asked. */
  readonly name: string | null;
}

export type AgentChoice =
  | { readonly kind: "demo" }
  | {
      readonly kind: "acp";
      readonly agent: FoundAgent;
      /** Its key is in the environment: it is given that variable. */
      readonly passesKey: boolean;
    }
  | {
      readonly kind: "model";
      readonly baseUrl: string;
      readonly model: string;
      readonly key: string | null;
    };

export interface Ports {
  readonly chat: number;
  readonly health: number;
}

export const API_ROOTS = {
  telegram: "https://api.telegram.org",
  discord: "https://discord.com/api",
} as const;
