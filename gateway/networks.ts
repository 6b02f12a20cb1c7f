import type { Adapter, AdapterState, Capabilities } from "../adapters/adapter.ts";
import type { SessionKey } from "../sessions/ids.ts";
import { formatSessionKey, parseSessionKey } from "../sessions/session-key.ts";
import type { Address, InboundMessage } from "../sessions/message.ts";
import type { Configuration } from "./config/configuration.ts";

type NetworkSettings = Configuration["networks"][string];

/** The chat networks of this gateway: who speaks for an address, what it can do, and what is configured for it. */
export interface Networks {
  readonly adapters: readonly Adapter[];
  adapter(address: Address): Adapter | null;
  capabilities(address: Address): Capabilities;
  settings(network: string): NetworkSettings | null;
  state(adapter: Adapter): AdapterState;
  setState(adapter: Adapter, state: AdapterState): void;
  /** What we say arrives now, as far as the adapter knows. */
  canSend(adapter: Adapter): boolean;
  onState(listener: (adapter: Adapter, state: AdapterState) => void): void;
  sessionKey(message: InboundMessage): SessionKey;
}

/** For an address whose network is no longer configured: its messages are composed, never sent. */
const NOTHING: Capabilities = {
  textLimit: 2000,
  canEdit: false,
  editIntervalMs: 1000,
  editIntervalInGroupsMs: 1000,
  canButtons: false,
  idempotentForMs: 0,
  burstMs: 0,
  albumMs: 0,
  sendFileLimit: 0,
  fetchFileLimit: 0,
  canPushBack: false,
};

export function createNetworks(
  adapters: readonly Adapter[],
  configured: Pick<Configuration, "networks">,
): Networks {
  const states = new Map<Adapter, AdapterState>();
  const listeners: ((adapter: Adapter, state: AdapterState) => void)[] = [];
  const find = (address: Address): Adapter | null =>
    adapters.find((one) => one.network === address.network && one.account === address.account) ??
    null;
  const settings = (network: string): NetworkSettings | null =>
    configured.networks[network] ?? null;

  return {
    adapters,
    adapter: find,
    capabilities: (address) => find(address)?.capabilities ?? NOTHING,
    settings,
    state: (adapter) => states.get(adapter) ?? { at: "disconnected" },
    canSend(adapter) {
      const state = states.get(adapter);
      return state?.at === "connected" || (state?.at === "retrying" && state.canSend === true);
    },
    setState(adapter, state) {
      states.set(adapter, state);
      for (const listener of listeners) listener(adapter, state);
    },
    onState: (listener) => void listeners.push(listener),
    sessionKey: ({ address, scope, sender }) =>
      formatSessionKey({
        address,
        user:
          scope === "group" && (settings(address.network)?.perUserInGroups ?? true)
            ? sender.id
            : null,
      }),
  };
}

/** Where to speak to a session when no message tells: its key says. */
export function addressOf(key: SessionKey): Address | null {
  return parseSessionKey(key)?.address ?? null;
}
