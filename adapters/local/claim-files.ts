import type { Clock } from "../../sessions/clock.ts";
import { textOf } from "../../sessions/errors.ts";
import type { Attachment } from "../../sessions/message.ts";
import type { AdapterHost } from "../adapter.ts";
import type { Log } from "../log.ts";
import type { Archive } from "./archive.ts";
import type { FileRows } from "./file-rows.ts";
import { kindOf } from "./file-words.ts";
import { NOT_STORED } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import type { ShownFile } from "./shown-message.ts";

export interface Claiming {
  readonly host: Pick<AdapterHost, "fate">;
  readonly archive: Pick<Archive, "message">;
  readonly files: FileRows;
  readonly clock: Clock;
  readonly log: Log;
}

export type Claimed =
  | { readonly outcome: "claimed"; readonly files: readonly ShownFile[] }
  /** The gateway has the message, and its files have gone since. */
  | { readonly outcome: "known"; readonly fate: string }
  | { readonly outcome: "refused"; readonly refusal: Refusal };

/**
 * Before the gateway owns the message: its files are to be there for as long as it may ask for them, also when this
 * process ends in between.
 */
export async function claimFiles(
  { archive, clock, files, host, log }: Claiming,
  ids: readonly string[],
  { chat, externalId }: { readonly chat: string; readonly externalId: string },
): Promise<Claimed> {
  // A repeated post changes nothing.
  const shown = archive.message(externalId);
  if (shown !== null || ids.length === 0) return { outcome: "claimed", files: shown?.files ?? [] };
  try {
    const result = await files.claim(ids, { chat, message: externalId, at: clock.now() });
    if (result.outcome === "claimed") return result;
    const fate = await host.fate(externalId);
    if (fate !== null) return { outcome: "known", fate };
    return { outcome: "refused", refusal: FILE_REFUSALS[result.outcome](result.id) };
  } catch (thrown) {
    log.warn({ externalId, error: textOf(thrown) }, "files of a local message not taken");
    return { outcome: "refused", refusal: NOT_STORED };
  }
}

/** It did not become the gateway's. */
export async function releaseFiles(
  { clock, files, log }: Claiming,
  externalId: string,
): Promise<void> {
  try {
    await files.release(externalId, clock.now());
  } catch (thrown) {
    log.warn({ externalId, error: textOf(thrown) }, "files of a local message not released");
  }
}

export function toAttachment({ id, name, type, size }: ShownFile): Attachment {
  return { kind: kindOf(type), ref: id, name, mime: type, size };
}

const FILE_REFUSALS = {
  unknown: (id: string): Refusal => ({
    status: 404,
    code: "file_unknown",
    message: `this chat has no file ${id}`,
    advice: "send the file again: one that no message uses goes after an hour",
  }),
  used: (id: string): Refusal => ({
    status: 409,
    code: "file_used",
    message: `the file ${id} belongs to another message`,
    advice: "send the file again, for this message",
  }),
};
