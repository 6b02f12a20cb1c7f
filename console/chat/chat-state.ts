import type { ShownMessage } from "../../adapters/local/shown-message.ts";

/** What the page has of one chat. What people wrote and the gateway does not have yet is in `outgoing.ts`. */
export interface ChatState {
  readonly link: ChatLink;
  /** By place, each once. */
  readonly entries: readonly ChatEntry[];
  /** Where to watch from; null = nothing was loaded yet. */
  readonly position: number | null;
  /** There may be messages from before the first entry. */
  readonly hasEarlier: boolean;
  /** Changed while they were not loaded; taken when their page comes. */
  readonly strays: ReadonlyMap<string, ChatEntry>;
  /** Epoch ms of the latest word that a turn runs. */
  readonly typingAt: number | null;
}

export type ChatLink =
  | { readonly at: "loading" }
  | { readonly at: "live" }
  | { readonly at: "lost" }
  /** Asking again does not help. */
  | { readonly at: "refused"; readonly message: string; readonly advice: string };

export interface ChatEntry {
  readonly message: ShownMessage;
  /** Position of the latest change that it shows. */
  readonly version: number;
}

export type ChatSignal =
  /** The latest messages, as they are at `last`. */
  | {
      readonly type: "loaded";
      readonly messages: readonly ShownMessage[];
      readonly last: number;
      readonly hasEarlier: boolean;
    }
  | {
      readonly type: "earlier";
      readonly messages: readonly ShownMessage[];
      readonly hasEarlier: boolean;
    }
  /** `position: null`: an edit that was made while the page was away, as the message is now. */
  | {
      readonly type: "changed";
      readonly kind: "message" | "edit";
      readonly position: number | null;
      readonly message: ShownMessage;
    }
  | { readonly type: "typing"; readonly at: number }
  | { readonly type: "link"; readonly link: ChatLink };

export const EMPTY_CHAT: ChatState = {
  link: { at: "loading" },
  entries: [],
  position: null,
  hasEarlier: false,
  strays: new Map(),
  typingAt: null,
};

/** The same state where a signal tells nothing new, so that nothing is drawn again. */
export function evolveChat(state: ChatState, signal: ChatSignal): ChatState {
  switch (signal.type) {
    case "loaded":
      return withLoaded(state, signal);
    case "earlier":
      return withEarlier(state, signal);
    case "changed":
      return withChange(state, signal);
    case "typing":
      return { ...state, typingAt: signal.at };
    case "link":
      return signal.link.at === state.link.at ? state : { ...state, link: signal.link };
  }
}

function entryOf(state: ChatState, externalId: string): ChatEntry | null {
  return state.entries.findLast(({ message }) => message.externalId === externalId) ?? null;
}

type Of<Type extends ChatSignal["type"]> = Extract<ChatSignal, { readonly type: Type }>;

function withLoaded(state: ChatState, { messages, last, hasEarlier }: Of<"loaded">): ChatState {
  const entries = messages.reduce<readonly ChatEntry[]>(
    (all, message) => placed(all, { message, version: last }),
    state.entries,
  );
  const isFirst = state.entries.length === 0;
  return {
    ...state,
    entries,
    position: Math.max(state.position ?? 0, last),
    hasEarlier: isFirst ? hasEarlier : state.hasEarlier,
  };
}

function withEarlier(state: ChatState, { messages, hasEarlier }: Of<"earlier">): ChatState {
  const strays = new Map(state.strays);
  const known = new Set(state.entries.map(({ message }) => message.externalId));
  const found = messages
    .filter(({ externalId }) => !known.has(externalId))
    .map((message) => {
      const entry = strays.get(message.externalId) ?? { message, version: message.seq };
      strays.delete(message.externalId);
      return entry;
    });
  const entries = [...found, ...state.entries].toSorted(byPlace);
  return { ...state, entries, strays, hasEarlier };
}

function withChange(state: ChatState, { kind, position, message }: Of<"changed">): ChatState {
  const moved = position === null ? state.position : Math.max(state.position ?? 0, position);
  const base = moved === state.position ? state : { ...state, position: moved };
  const known = entryOf(state, message.externalId);
  // Positions grow with every change, so that a late word about an earlier one is told by its position alone.
  if (known !== null && position !== null && position <= known.version) return base;
  const entry = { message, version: position ?? known?.version ?? message.seq };
  const first = state.entries[0];
  if (known === null && kind === "edit" && first !== undefined && message.seq < first.message.seq) {
    return { ...base, strays: new Map(state.strays).set(message.externalId, entry) };
  }
  return withoutOldest({ ...base, entries: placed(state.entries, entry) });
}

/** As many as the gateway itself keeps of a chat: a page may stay open for weeks. */
const MOST = 10_000;
const SPARE = 500;

function withoutOldest(state: ChatState): ChatState {
  if (state.entries.length <= MOST + SPARE) return state;
  return { ...state, entries: state.entries.slice(-MOST), hasEarlier: true };
}

/** Almost always it is the last one or comes behind it. */
function placed(entries: readonly ChatEntry[], entry: ChatEntry): readonly ChatEntry[] {
  const { seq, externalId } = entry.message;
  const at = entries.findLastIndex(({ message }) => message.externalId === externalId);
  if (at >= 0) return entries.with(at, entry);
  const before = entries.findLastIndex(({ message }) => message.seq < seq);
  return entries.toSpliced(before + 1, 0, entry);
}

function byPlace(one: ChatEntry, other: ChatEntry): number {
  return one.message.seq - other.message.seq;
}
