import type { PastConversation, SessionStatus } from "../../sessions/machine/state.ts";
import type { RequestRow } from "../../sessions/rows.ts";
import type { TextKey } from "./catalogue.ts";

/** The words of people for the fixed words of the code. */
export const STATUS_WORDS: Record<SessionStatus, TextKey> = {
  idle: "word_idle",
  starting: "word_starting",
  running: "word_running",
  awaiting_input: "word_awaiting_input",
  interrupting: "word_interrupting",
  resume_pending: "word_resume_pending",
  suspended: "word_suspended",
};

export const REQUEST_WORDS: Record<RequestRow["state"], TextKey> = {
  open: "word_open",
  allowed: "word_allowed",
  denied: "word_denied",
  expired: "word_expired",
  withdrawn: "word_withdrawn",
  turn_ended: "word_turn_ended",
};

export const LEFT_WORDS: Record<PastConversation["why"], TextKey> = {
  new: "word_new",
  suspended: "word_suspended",
  resumed_other: "word_resumed_other",
};
