import { fieldOf, isThere, listIn, numberIn, parseJson, textIn } from "./json-fields.ts";
import { toShownFile } from "./shown-message.ts";
import type { ShownFile } from "../../adapters/local/shown-message.ts";

/** What a person did here, until the gateway has it: kept over reloads, told in order, each with the id that it was born with. */
export interface Outgoing {
  /** Named by the page; with the chat's name it makes the message's external id. */
  readonly id: string;
  readonly post: OutgoingPost;
  /** Epoch ms. */
  readonly writtenAt: number;
  readonly state: OutgoingState;
}

export type OutgoingPost =
  | {
      readonly kind: "message";
      readonly text: string;
      readonly replyTo: string | null;
      readonly thread: string | null;
      readonly files: readonly ShownFile[];
    }
  | {
      readonly kind: "press";
      readonly on: string;
      readonly data: string;
      /** Version of the message whose button it was. */
      readonly version: number;
    };

export type OutgoingState =
  | { readonly at: "waiting" }
  /** `reason`: why the try before was in vain. */
  | { readonly at: "sending"; readonly tries: number; readonly reason: string | null }
  | { readonly at: "taken"; readonly fate: string }
  | { readonly at: "refused"; readonly message: string; readonly advice: string };

/** What came of one try. */
export type Posted =
  | { readonly outcome: "taken"; readonly fate: string }
  /** No try will help. */
  | { readonly outcome: "refused"; readonly message: string; readonly advice: string }
  /** It may have arrived: try again with the same id. */
  | { readonly outcome: "again"; readonly reason: string; readonly afterMs: number | null };

export type OutgoingSignal =
  | {
      readonly type: "written";
      readonly id: string;
      readonly post: OutgoingPost;
      readonly at: number;
    }
  | { readonly type: "tried"; readonly id: string }
  | { readonly type: "posted"; readonly id: string; readonly posted: Posted }
  | { readonly type: "fate"; readonly id: string; readonly fate: string }
  /** A person wants a refused one to be tried again. */
  | { readonly type: "retried"; readonly id: string }
  | { readonly type: "removed"; readonly id: string };

export type OutgoingList = readonly Outgoing[];

export function evolveOutgoing(list: OutgoingList, signal: OutgoingSignal): OutgoingList {
  switch (signal.type) {
    case "written": {
      const { id, post, at } = signal;
      if (list.some((one) => one.id === id)) return list;
      return [...list, { id, post, writtenAt: at, state: { at: "waiting" } }];
    }
    case "tried":
      return changed(list, signal.id, ({ state }) =>
        state.at === "sending"
          ? { ...state, tries: state.tries + 1 }
          : { at: "sending", tries: 1, reason: null },
      );
    case "posted":
      return changed(list, signal.id, ({ state }) => afterTry(state, signal.posted));
    case "fate":
      return changed(list, signal.id, ({ state }) =>
        state.at === "taken" ? { at: "taken", fate: signal.fate } : state,
      );
    case "retried":
      return changed(list, signal.id, ({ state }) =>
        state.at === "refused" ? { at: "waiting" } : state,
      );
    case "removed":
      return list.filter(({ id }) => id !== signal.id);
  }
}

/** The one whose turn it is: a later one is never tried before an earlier one has its answer. */
export function nextOf(list: OutgoingList): Outgoing | null {
  return list.find(({ state }) => state.at === "waiting" || state.at === "sending") ?? null;
}

/** What a reload must not lose, as text. */
export function formatOutgoing(list: OutgoingList): string {
  return JSON.stringify(list.filter(({ state }) => state.at !== "taken"));
}

/** What was on its way may have arrived: it is tried again, with its id. */
export function parseOutgoing(text: string | null): OutgoingList {
  const kept: unknown = text === null ? [] : parseJson(text);
  return Array.isArray(kept) ? kept.map(toOutgoing).filter(isThere) : [];
}

function changed(
  list: OutgoingList,
  id: string,
  change: (one: Outgoing) => OutgoingState,
): OutgoingList {
  const at = list.findIndex((one) => one.id === id);
  const found = list[at];
  if (found === undefined) return list;
  const state = change(found);
  return state === found.state ? list : list.with(at, { ...found, state });
}

function afterTry(state: OutgoingState, posted: Posted): OutgoingState {
  switch (posted.outcome) {
    case "taken":
      return { at: "taken", fate: posted.fate };
    case "refused":
      return { at: "refused", message: posted.message, advice: posted.advice };
    case "again": {
      const tries = state.at === "sending" ? state.tries : 1;
      return { at: "sending", tries, reason: posted.reason };
    }
  }
}

function toOutgoing(value: unknown): Outgoing | null {
  const id = textIn(value, "id");
  const post = toPost(fieldOf(value, "post"));
  if (id === null || post === null) return null;
  const state = fieldOf(value, "state");
  const message = textIn(state, "message");
  return {
    id,
    post,
    writtenAt: numberIn(value, "writtenAt") ?? 0,
    state:
      textIn(state, "at") === "refused" && message !== null
        ? { at: "refused", message, advice: textIn(state, "advice") ?? "" }
        : { at: "waiting" },
  };
}

function toPost(value: unknown): OutgoingPost | null {
  if (textIn(value, "kind") === "press") {
    const on = textIn(value, "on");
    const data = textIn(value, "data");
    if (on === null || data === null) return null;
    return { kind: "press", on, data, version: numberIn(value, "version") ?? 0 };
  }
  const text = textIn(value, "text");
  if (text === null) return null;
  return {
    kind: "message",
    text,
    replyTo: textIn(value, "replyTo"),
    thread: textIn(value, "thread"),
    files: listIn(value, "files").map(toShownFile).filter(isThere),
  };
}
