import { existsSync } from "node:fs";

import type { Adapter, FindResult, SendResult } from "../../adapters/adapter.ts";
import { textOf } from "../../sessions/errors.ts";
import type { OutboxRow } from "../../sessions/rows.ts";
import type { Core } from "../core.ts";
import { afterSend, ambiguous } from "./outcome.ts";
import type { Circumstances } from "./outcome.ts";

/** A network that does not answer within this is taken for one whose answer was lost, ms. */
const ANSWER_MS = 30_000;
/** The same while the bytes of a file go out, ms. */
const FILE_ANSWER_MS = 5 * 60_000;

export interface SendRowOptions {
  readonly adapter: Adapter;
  /** From 0 to 1. */
  readonly jitter: number;
  /** An earlier boot left it, and may have died while it was on its way. */
  readonly isInherited: boolean;
  readonly onAnswer: OnAnswer;
}

export type OnAnswer = (network: string, outcome: SendResult["outcome"], how: Answered) => void;

export interface Answered {
  /** People were told that it may be a repetition. */
  readonly isLabelled: boolean;
  readonly isEdit: boolean;
  /** As it was sent. */
  readonly row: OutboxRow;
  /** Epoch ms. */
  readonly beganAt: number;
}

/** One try to bring one row to its chat. Returns the row as it is to be stored. */
export async function sendRow(
  core: Core,
  row: OutboxRow,
  { adapter, jitter, isInherited, onAnswer }: SendRowOptions,
): Promise<OutboxRow> {
  const { capabilities } = adapter;
  const { file } = row.message;
  // What has a file stays as it was sent.
  const canEdit = capabilities.canEdit && file === null;
  const isEdit = row.placed !== null && canEdit;
  const about: Circumstances = {
    now: core.clock.now(),
    attempts: core.settings.delivery.attempts,
    maxAgeMs: core.settings.delivery.maxAgeMs,
    backoffMs: core.settings.delivery.backoffMs,
    jitter,
    // A clock that was set back makes rows of the future, which a network without such a memory knows no better.
    isIdempotent: Math.abs(core.clock.now() - row.createdAt) < capabilities.idempotentForMs,
    isEdit,
    ambiguous: core.networks.settings(row.address.network)?.ambiguousSends ?? "label",
  };
  // As long as the network knows a repeat, no try is written down before it is made.
  const isUnmarked = isInherited && capabilities.idempotentForMs > 0 && !about.isIdempotent;
  // Found in the middle of a send by a boot: nobody knows whether it arrived.
  const isUncertain = row.uncertain || row.state === "sending" || isUnmarked;
  const isLost = isUncertain && !isEdit && !about.isIdempotent;
  const found = isLost ? await lookFor(core, adapter, row) : null;
  if (found?.outcome === "found") {
    // Its text may be that of an earlier try, so it is edited; what cannot be edited never changed.
    return { ...row, placed: found.externalId, ...settledIf(!canEdit, about.now) };
  }
  if (isLost && found?.outcome !== "absent" && about.ambiguous !== "label") {
    return ambiguous(row, "the gateway died while it was being sent", about);
  }
  if (file !== null && !existsSync(file.path)) {
    return afterSend(row, { outcome: "refused", reason: "its file is no longer kept" }, about);
  }
  const sending: OutboxRow = {
    ...row,
    state: "sending",
    uncertain: isUncertain && found?.outcome !== "absent",
  };
  if (!isEdit && !about.isIdempotent) {
    // Before the network is asked: a crash from here on must know that this may have arrived.
    await core.engine.commit({ outbox: [sending] });
  }
  core.probe("send_began");
  const { isIdempotent } = about;
  const beganAt = core.clock.now();
  const result = await ask(core, adapter, sending, { isEdit, canEdit, isIdempotent });
  core.probe("send_answered");
  const isLabelled = sending.uncertain && !isEdit && !isIdempotent;
  onAnswer(adapter.network, result.outcome, { isLabelled, isEdit, row: sending, beganAt });
  return afterSend(sending, result, { ...about, now: core.clock.now() });
}

/** A network that can be read tells what became of a send. */
async function lookFor(core: Core, adapter: Adapter, row: OutboxRow): Promise<FindResult | null> {
  if (adapter.find === undefined) return null;
  const late = new AbortController();
  const timer = core.clock.timer(ANSWER_MS, () => late.abort());
  try {
    const options = { id: row.id, since: row.createdAt, signal: late.signal };
    return await adapter.find(row.address, row.message, options);
  } catch (error) {
    return { outcome: "unknown", reason: textOf(error) };
  } finally {
    timer.cancel();
  }
}

function settledIf(isSettled: boolean, at: number): Pick<OutboxRow, "state" | "settledAt"> {
  return isSettled ? { state: "sent", settledAt: at } : { state: "pending", settledAt: null };
}

async function ask(
  core: Core,
  adapter: Adapter,
  row: OutboxRow,
  how: { readonly isEdit: boolean; readonly canEdit: boolean; readonly isIdempotent: boolean },
): Promise<SendResult> {
  const late = new AbortController();
  const answerMs = row.message.file === null ? ANSWER_MS : FILE_ANSWER_MS;
  const timer = core.clock.timer(answerMs, () => late.abort());
  const options = { id: row.id, uncertain: row.uncertain, signal: late.signal };
  try {
    if (how.isEdit && row.placed !== null) {
      return await adapter.edit(row.address, row.placed, row.message, options);
    }
    const isLabelled = row.uncertain && !how.isIdempotent;
    const text = isLabelled
      ? core.texts.say("may_be_duplicate", { text: row.message.text }).trim()
      : row.message.text;
    const sent = await adapter.send(row.address, { ...row.message, text }, options);
    // The network may have known the message, with the text of the earlier try.
    const isStale = row.uncertain && how.isIdempotent && how.canEdit;
    if (sent.outcome !== "sent" || !isStale) return sent;
    return await adapter.edit(row.address, sent.externalId, row.message, options);
  } catch (error) {
    return { outcome: "unknown", reason: textOf(error) };
  } finally {
    timer.cancel();
  }
}
