import type { Adapter, SendResult } from "../../adapters/adapter.ts";
import type { Timer } from "../../sessions/clock.ts";
import { textOf } from "../../sessions/errors.ts";
import type { SessionKey, TurnId } from "../../sessions/ids.ts";
import type { Address } from "../../sessions/message.ts";
import type { OutboxRow } from "../../sessions/rows.ts";
import type { Core } from "../core.ts";
import { composeRow } from "../deliver/compose.ts";
import { splitText, withBlockClosed } from "../deliver/split.ts";

/** Shows an answer while it is being written: one message, placed once and then edited. */
export interface AnswerStream {
  /** The answer so far, and a line under it that is no part of it; shown when the network's interval allows. */
  show(text: string, line: string): void;
  /** Shows nothing more. Resolves, when the call under way has ended, with the message as it is. */
  end(): Promise<OutboxRow | null>;
}

interface Subject {
  readonly key: SessionKey;
  readonly turn: TurnId;
  readonly address: Address;
  readonly replyTo: string | null;
  readonly isGroup: boolean;
  /** Stores what was said so far: nothing is shown that a crash would forget. */
  keep(): Promise<void>;
  /** A message that an earlier worker of this turn has placed. */
  readonly draft: OutboxRow | null;
}

/** How long the end of a turn waits for an answer of the network about its streamed message, ms. */
const SETTLE_MS = 3000;
/** An answer that is whole by then is sent once and never edited, ms. */
const FIRST_MS = 250;

/** With so many replies unsent, it is not looked whose they are: no answer begins to be shown. */
const BACKLOG = 500;

export function createAnswerStream(core: Core, subject: Subject): AnswerStream {
  const adapter = core.networks.adapter(subject.address);
  const abort = new AbortController();
  let draft = subject.draft;
  let wanted: Shown = { text: "", line: "" };
  let shown: Shown = wanted;
  let timer: Timer | null = null;
  let call: Promise<void> | null = null;
  let isOver = false;

  let pausedUntil = 0;

  const able = core.networks.capabilities(subject.address);
  const interval = Math.max(
    subject.isGroup ? able.editIntervalInGroupsMs : able.editIntervalMs,
    core.settings.delivery.streamMs,
  );

  function schedule(): void {
    if (isOver || timer !== null || call !== null || isSame(wanted, shown)) return;
    if (wanted.text === "" && wanted.line === "") return;
    if (adapter === null || !adapter.capabilities.canEdit) return;
    const paused = pausedUntil - core.clock.monotonic();
    const wait = Math.max(paused, interval, draft === null ? FIRST_MS : 0);
    timer = core.clock.timer(wait, () => {
      timer = null;
      if (isOver || !core.networks.canSend(adapter)) return;
      call = push(adapter)
        .catch((error: unknown) => {
          core.log.warn({ turn: subject.turn, error: textOf(error) }, "streaming failed");
        })
        .finally(() => {
          call = null;
          schedule();
        });
    });
  }

  async function push(to: Adapter): Promise<void> {
    const now = wanted;
    await subject.keep();
    if (draft === null && (await isBehind(core, subject.key))) return;
    shown = now;
    const text = visible(now, to.capabilities.textLimit);
    if (draft === null) await place(to, text);
    else if (draft.placed !== null) {
      const message = { ...draft.message, text };
      const result = await to.edit(subject.address, draft.placed, message, options(draft));
      await heed(draft, result);
    }
  }

  /** A network that has had enough is left alone for as long as it says, also by the next boot. */
  async function heed(row: OutboxRow, result: SendResult): Promise<void> {
    if (result.outcome !== "rate_limited") return;
    pausedUntil = core.clock.monotonic() + result.retryAfterMs;
    shown = { text: "", line: "" };
    const dueAt = core.clock.now() + Math.ceil(result.retryAfterMs);
    draft = { ...row, dueAt, error: "rate limited" };
    await update(draft);
  }

  /** Only a draft is updated: an end that came first has the last word. */
  async function update(row: OutboxRow): Promise<void> {
    await core.engine.commit({ outbox: [row], outboxFrom: [{ id: row.id, states: ["draft"] }] });
  }

  /** The row is stored before the network is asked, so that a crash knows of the message. */
  async function place(to: Adapter, text: string): Promise<void> {
    const row: OutboxRow = {
      ...composeRow({
        id: core.ids.outbox(),
        at: core.clock.now(),
        address: subject.address,
        key: subject.key,
        turn: subject.turn,
        purpose: "reply",
        text,
        replyTo: subject.replyTo,
        state: "draft",
      }),
      attempts: 1,
    };
    await core.engine.commit({ outbox: [row] });
    draft = row;
    const result = await to.send(subject.address, row.message, options(row));
    if (result.outcome === "sent") {
      draft = { ...row, placed: result.externalId };
      await update(draft);
    } else if (result.outcome !== "unknown") draft = { ...row, attempts: 0 };
    await heed(draft, result);
  }

  function options(row: OutboxRow) {
    return { id: row.id, uncertain: false, signal: abort.signal };
  }

  return {
    show(text, line) {
      wanted = { text, line };
      schedule();
    },
    async end() {
      isOver = true;
      timer?.cancel();
      if (call !== null) await settled(core, call, abort);
      return draft;
    },
  };
}

/** An earlier answer of the conversation is still on its way: this one must not be seen before it. */
async function isBehind({ engine }: Core, key: SessionKey): Promise<boolean> {
  const unsent = await engine.outbox({
    states: ["pending", "sending"],
    after: 0,
    limit: BACKLOG,
  });
  return unsent.length === BACKLOG || unsent.some((row) => row.key === key);
}

/** A draft that the network does not answer about is given up after a while; its fate is then unknown. */
async function settled(core: Core, call: Promise<void>, abort: AbortController): Promise<void> {
  let timer: Timer | null = null;
  const late = new Promise<void>((resolve) => {
    timer = core.clock.timer(SETTLE_MS, resolve);
  });
  await Promise.race([call, late]);
  (timer as Timer | null)?.cancel();
  abort.abort();
}

interface Shown {
  readonly text: string;
  readonly line: string;
}

function isSame(one: Shown, other: Shown): boolean {
  return one.text === other.text && one.line === other.line;
}

const BETWEEN = "\n\n";
/** For the end of a code block that the line must not stand in. */
const BLOCK_END = 16;

/** As much of the answer as one message holds, with the line under it. */
function visible({ text, line }: Shown, limit: number): string {
  if (line === "") return firstPart(text, limit);
  if (text.trim() === "") return line;
  const room = limit - line.length - BETWEEN.length - BLOCK_END;
  return `${withBlockClosed(firstPart(text, room).trimEnd())}${BETWEEN}${line}`;
}

function firstPart(text: string, limit: number): string {
  return splitText(text, limit)[0] ?? text;
}
