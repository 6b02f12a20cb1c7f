import type { Capabilities } from "../../adapter.ts";

/** What Discord can do. Limits: https://docs.discord.com/developers/resources/message */
export const DISCORD_CAPABILITIES: Capabilities = {
  textLimit: 2000,
  canEdit: true,
  // Five edits in five seconds for a channel, which may show several answers at once.
  editIntervalMs: 1200,
  editIntervalInGroupsMs: 1200,
  canButtons: true,
  // "The past few minutes" says Discord of a nonce; two of them are safe.
  idempotentForMs: 120_000,
  // A client refuses a longer message or makes a file of it: nothing arrives in pieces.
  burstMs: 0,
  albumMs: 0,
  // What every server allows; some allow more, which only a refusal would tell.
  sendFileLimit: 10 * 1024 * 1024,
  // People may send up to 500 MB; nothing that an agent reads is larger than this.
  fetchFileLimit: 25 * 1024 * 1024,
  canPushBack: false,
};
