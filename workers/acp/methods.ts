import type {
  AGENT_METHODS,
  CLIENT_METHODS,
  PROTOCOL_METHODS,
  PROTOCOL_VERSION,
} from "@agentclientprotocol/sdk";

/** The one version of the protocol that this worker speaks. */
export const VERSION = 1 satisfies typeof PROTOCOL_VERSION;

/**
 * What we call at the agent. The names are held against the SDK by their types alone: its code is a schema of
 * the whole protocol, of which little is needed, and which refuses what it does not know.
 */
export const AGENT = {
  initialize: "initialize",
  session_new: "session/new",
  session_load: "session/load",
  session_resume: "session/resume",
  session_prompt: "session/prompt",
  session_cancel: "session/cancel",
} as const satisfies Partial<typeof AGENT_METHODS>;

/** What the agent calls at us. */
export const CLIENT = {
  session_update: "session/update",
  session_request_permission: "session/request_permission",
  fs_read_text_file: "fs/read_text_file",
  fs_write_text_file: "fs/write_text_file",
  terminal_create: "terminal/create",
  terminal_output: "terminal/output",
  terminal_wait_for_exit: "terminal/wait_for_exit",
  terminal_kill: "terminal/kill",
  terminal_release: "terminal/release",
} as const satisfies Partial<typeof CLIENT_METHODS>;

export const CANCEL_REQUEST =
  "$/cancel_request" satisfies (typeof PROTOCOL_METHODS)["cancel_request"];
