import type { SessionStatus } from "../../sessions/machine/state.ts";

/** The chats of the local network that have conversations, and what happens in each. By name, the latest first. */
export type LocalChats = ReadonlyMap<string, LocalChat>;

export interface LocalChat {
  /** By session key: a chat with threads has several. */
  readonly statuses: ReadonlyMap<string, SessionStatus>;
}

const NETWORK = "local";

/** Null: the key is of another network. */
function chatOfKey(key: string): string | null {
  const [network, , chat] = key.split(":");
  if (network !== NETWORK || chat === undefined || chat === "") return null;
  return chat.replaceAll("%3A", ":").replaceAll("%25", "%");
}

/** The same chats where nothing changed. */
export function withStatus(
  chats: LocalChats,
  { key, status }: { readonly key: string; readonly status: SessionStatus },
): LocalChats {
  const name = chatOfKey(key);
  if (name === null) return chats;
  const known = chats.get(name);
  if (known?.statuses.get(key) === status) return chats;
  const statuses = new Map(known?.statuses).set(key, status);
  return new Map(chats).set(name, { statuses });
}

/** The busiest of a chat's conversations; null: none is known. */
export function statusIn(chats: LocalChats, name: string): SessionStatus | null {
  const statuses = new Set(chats.get(name)?.statuses.values());
  return BUSIEST.find((status) => statuses.has(status)) ?? null;
}

const BUSIEST: readonly SessionStatus[] = [
  "awaiting_input",
  "running",
  "starting",
  "interrupting",
  "resume_pending",
  "suspended",
  "idle",
];

/** Something of the agent's is on its way. */
export function isAtWork(status: SessionStatus | null): boolean {
  return status === "starting" || status === "running" || status === "interrupting";
}
