/** Every sentence a person can read in a chat. `{name}` is filled in; `notices.texts` of the configuration overrides any. */
const ENGLISH = {
  down_restart:
    "🔄 Restarting soon. Your answer goes on until then; if it is cut, it continues with your next message.",
  down_stop:
    "⏹ Going offline soon. Your answer goes on until then; if it is cut, it continues with your next message.",
  down_waiting:
    "🔄 Going offline soon. Your open question stays open; its buttons work again afterwards.",
  up: "✅ Back online.",
  undrained: "✅ The restart was called off; everything goes on.",
  saved: "💾 Saved. I am restarting and will answer this afterwards.",
  cut_restart: "⏸ Cut short by a restart. Write anything and I continue from here.",
  cut_shutdown: "⏸ Cut short by a shutdown. Write anything and I continue from here.",
  cut_crash: "⏸ Cut short by a crash. Write anything and I continue from here.",
  cut_worker_lost: "⏸ The agent went away in the middle. Write anything and I continue from here.",
  cut_stalled: "⏸ The agent went silent and was stopped. Write anything and I continue from here.",
  cut_ask: "⏸ Cut short ({cause}). Continue?",
  cut_auto: "⏸ Cut short ({cause}). I continue by myself.",
  cut_next: "⏸ Cut short ({cause}). I continue with the message that waits.",
  cut_suspended:
    "⏹ Cut short {cuts} times in a row, so I stop trying. Your next message starts afresh; /resume brings this conversation back.",
  clean_slate:
    "🧹 The last conversation was cut short again and again, so this one starts afresh. /resume brings the old one back.",
  turn_failed: "⚠️ This did not work: {error}",
  turn_ended_by_worker: "⏹ The agent ended this turn.",
  nothing_said: "(The agent finished without saying anything.)",
  stopped: "⏹ Stopped.",
  replaced: "⏹ Stopped for your newer message.",
  declined: "⏹ Declined; nothing was done.",
  request_expired: "⌛ Nobody answered in time; nothing was done.",
  request: "🔐 {title}\n{detail}",
  request_allowed: "🔐 {title} — allowed by {by}",
  request_denied: "🔐 {title} — denied by {by}",
  request_expired_edit: "🔐 {title} — expired",
  request_withdrawn: "🔐 {title} — no longer needed",
  request_turn_ended: "🔐 {title} — the turn is over",
  request_detached: "🔐 {title} still waits for you: the buttons still work.",
  already_settled: "Already settled: {state}.",
  already_settled_by: "Already settled: {state} by {by}.",
  parked:
    "⚠️ This message was being started when the gateway died {attempts} times. It is set aside; an operator can retry it.",
  may_be_duplicate: "(may be a duplicate)\n{text}",
  digest:
    "📭 {count} answers became too old while I was offline. They are kept; ask the operator for the dead letters.",
  auto_continue: "Continue where you left off.",
  continue_label: "▶ Continue",
  drop_label: "✖ Drop",
  allow_label: "✅ Allow",
  deny_label: "🚫 Deny",
  cause_restart: "by a restart",
  cause_shutdown: "by a shutdown",
  cause_crash: "by a crash",
  cause_worker_lost: "the agent went away",
  cause_stalled: "the agent went silent",
  not_operator: "Only an operator may do that.",
  silent: "⏳ No output for {seconds} s. It may still be at work; /stop ends it.",
  stop_label: "⏹ Stop",
  stop_done: "⏹ Stopping.",
  stop_nothing: "Nothing runs here.",
  new_done: "🆕 A new conversation. /resume brings the last one back.",
  new_already: "This conversation is new already.",
  resume_done: "↩️ The earlier conversation is back. Write anything to go on.",
  resume_nothing: "There is nothing to resume.",
  resume_busy: "A turn runs here. /stop it first.",
  skip_done: "Dropped. Your next message is an ordinary one.",
  skip_nothing: "Nothing waits to be continued.",
  restart_begun: "🔄 Restarting now. Running answers have {seconds} s to finish.",
  restart_already: "A restart is under way already.",
  answer_first:
    "🔐 A question waits for your answer: press a button above, or say /approve or /deny. What you write meanwhile is kept and comes next.",
  approve_nothing: "No request waits here.",
  approve_which: "Several requests wait. Say which: {list}",
  approve_allowed: "Allowed.",
  approve_denied: "Denied.",
  queue_mode: "Mode: {mode}.",
  queue_empty: "The queue is empty.",
  queue_modes: "Modes: queue, steer, interrupt, collect.",
  sessions_now: "▸ this one: {status}, {turns} turns",
  sessions_past: "{n}. left {at} ({why}), {turns} turns",
  sessions_none: "No earlier conversations here.",
  status_session: "session: {status}",
  status_session_cut: "session: {status}, cut {cuts} times in a row",
  status_turn: "turn: attempt {attempt}, {seconds} s",
  status_waiting: "waiting: {count}",
  status_running: "gateway: running",
  status_draining: "gateway: draining",
  help_help: "what you can say here",
  help_status: "what runs here and what waits",
  help_stop: "end the answer that is being written",
  help_new: "begin a new conversation; the old one is kept",
  help_resume: "bring an earlier conversation back (see /sessions)",
  help_skip: "do not continue what was cut short",
  help_sessions: "this conversation and the earlier ones",
  help_queue: "what waits, and what a message does while an answer is written",
  help_approve: "allow what the agent asks for",
  help_deny: "refuse what the agent asks for",
  help_restart: "restart the gateway; running answers may finish",
  why_gone: "the agent went away",
  why_not_accepted: "the agent did not begin within {seconds} s",
  why_silent: "the agent gave no sign of life for {seconds} s",
  why_too_long: "it took longer than {seconds} s",
  full: "⚠️ Not taken: {limit} messages wait here already. Please send this one again later.",
  full_many:
    "⚠️ {count} messages from this one on were not taken: {limit} wait here already. Please send them again later.",
  gap: "⚠️ Messages that were sent on {network} between {from} and {until} may be lost: I was away for longer than the network keeps them.",
  gap_about:
    "⚠️ About {count} messages that were sent on {network} between {from} and {until} are lost: I was away for longer than the network keeps them.",
  late: "(Sent while I was offline.)\n{text}",
  rejected_empty: "the message is empty",
  rejected_long: "the message has {length} characters; the limit is {limit}",
  fate_stored: "stored",
  fate_queued: "queued behind {count}",
  fate_starting: "starting",
  fate_running: "running",
  fate_awaiting_approval: "awaiting approval",
  fate_interrupting: "interrupting",
  fate_answered: "answered",
  fate_reply_pending: "answered, reply on its way",
  fate_interrupted: "interrupted",
  fate_cancelled: "cancelled",
  fate_failed: "failed: {why}",
  fate_dead: "dead: {why}",
  fate_handled: "handled",
  fate_why_unknown: "no reason kept",
  word_idle: "idle",
  word_starting: "starting",
  word_running: "running",
  word_awaiting_input: "waiting for your answer",
  word_interrupting: "stopping",
  word_resume_pending: "cut short, to be continued",
  word_suspended: "suspended",
  word_open: "open",
  word_allowed: "allowed",
  word_denied: "denied",
  word_expired: "expired",
  word_withdrawn: "no longer needed",
  word_turn_ended: "the turn is over",
  word_new: "new conversation",
  word_resumed_other: "another one came back",
} as const;

export type TextKey = keyof typeof ENGLISH;

export interface Catalogue {
  say(key: TextKey, values?: Readonly<Record<string, string | number>>): string;
}

/** Every name of a sentence, for checking a configuration. */
export const TEXT_KEYS: readonly string[] = Object.keys(ENGLISH);

/** A language of its own is a further set of all sentences here. */
const LANGUAGES = { en: ENGLISH } as const;

export function createCatalogue(
  language: keyof typeof LANGUAGES,
  overrides: Readonly<Record<string, string>>,
): Catalogue {
  return {
    say: (key, values = {}) =>
      (overrides[key] ?? LANGUAGES[language][key]).replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
        name in values ? String(values[name]) : whole,
      ),
  };
}
