import type { Capabilities } from "../../adapter.ts";

/** What the Bot API lets a bot do (core.telegram.org/bots/api and /bots/faq). */
export const TELEGRAM_CAPABILITIES: Capabilities = {
  textLimit: 4096,
  canEdit: true,
  // About one message a second in a chat, 20 a minute in a group; edits count.
  editIntervalMs: 1000,
  editIntervalInGroupsMs: 3000,
  canButtons: true,
  // No send has a key: a second one is a second message.
  idempotentForMs: 0,
  // Apps cut a long paste at 4096 into messages that come within the same second, and a forward with a remark
  // is two, the remark first. Waiting for more would cost every short question that long, so it is left to
  // the configuration's `burstMs`.
  burstMs: 0,
  // The parts of an album are one poll apart at most; each begins this anew.
  albumMs: 800,
  // "50 MB" for the whole request, read in the way that is smaller.
  sendFileLimit: 50_000_000,
  fetchFileLimit: 20 * 1024 * 1024,
  canPushBack: false,
};

/** UTF-16 units of the text under a file, after formatting. */
export const CAPTION_LIMIT = 1024;
