import type { Address, OutboundFile } from "../../sessions/message.ts";
import type { OutboxRow } from "../../sessions/rows.ts";
import type { Core } from "../core.ts";
import { beginningOf } from "../deliver/beginning.ts";
import { composeRow } from "../deliver/compose.ts";
import { textParts } from "../deliver/parts.ts";
import type { Change } from "../dispatch.ts";
import { addressOf } from "../networks.ts";
import { cutButtons } from "../resume/cut-note.ts";
import { endRemark } from "./end-remark.ts";
import type { Leavings, SettledEnd } from "./settle.ts";

/** The visible end of a turn: one message (or its parts), on top of what was streamed if anything was; then its files. */
export function answerRows(
  core: Core,
  change: Change,
  end: SettledEnd,
  leavings: Leavings,
): readonly OutboxRow[] {
  const address = answerAddress(change, leavings);
  if (address === null) return [];
  const texts = textRows(core, change, { end, leavings, address });
  return [
    ...texts,
    ...fileRows(core, change, { end, leavings, address, isFirst: texts.length === 0 }),
  ];
}

export function answerAddress(
  change: Change,
  { draft, papers }: Pick<Leavings, "draft" | "papers">,
): Address | null {
  return draft?.address ?? papers.items[0]?.message.address ?? addressOf(change.after.key);
}

interface Answer {
  readonly end: SettledEnd;
  readonly leavings: Leavings;
  readonly address: Address;
}

function textRows(
  core: Core,
  change: Change,
  { end, leavings, address }: Answer,
): readonly OutboxRow[] {
  const { draft, papers } = leavings;
  const text = wordsOf(core, change, { end, leavings, address });
  if (text === "" && draft === null) return [];
  const buttons =
    end.type === "turn_cut" && !leavings.hasNext ? cutButtons(core, change, end.turn) : [];
  // A line of progress stands there, and must become something.
  const ended = end.type === "turn_finished" && end.outcome === "completed" ? "done" : "stopped";
  const parts = textParts(core, address, text === "" ? core.texts.say(ended) : text);
  return parts.map((part, index) => ({
    ...composeRow({
      id: index === 0 && draft !== null ? draft.id : core.ids.outbox(),
      at: change.at,
      address,
      key: change.after.key,
      turn: end.turn,
      purpose: "reply",
      text: part,
      replyTo: index === 0 ? (papers.items[0]?.message.externalId ?? null) : null,
      buttons: index === parts.length - 1 ? buttons : [],
      placed: index === 0 ? (draft?.placed ?? null) : null,
      uncertain: index === 0 && mayHaveArrived(draft),
    }),
    ...(index === 0 ? waitOf(draft, change.at) : {}),
  }));
}

/** A message that began to be sent, and of which no answer came back. */
function mayHaveArrived(draft: OutboxRow | null): boolean {
  if (draft === null || draft.placed !== null) return false;
  return (
    draft.uncertain || draft.state === "sending" || (draft.state === "draft" && draft.attempts > 0)
  );
}

/** What the network asked for while the answer was streamed holds for its end, too. */
function waitOf(draft: OutboxRow | null, at: number): Partial<Pick<OutboxRow, "dueAt" | "error">> {
  if (draft === null || draft.error === null || draft.dueAt <= at) return {};
  return { dueAt: draft.dueAt, error: draft.error };
}

/** The answer, or its beginning when the whole goes as a file, and what is remarked under it. */
function wordsOf(core: Core, change: Change, { end, leavings, address }: Answer): string {
  const { text, whole } = leavings;
  const under = [...leavings.remarks, endRemark(core, change, end, leavings)];
  if (whole !== null) under.unshift(core.texts.say("answer_attached", { length: text.length }));
  // Never alone: what was used is no answer.
  if (text !== "" || under.some((part) => part !== "")) under.push(leavings.usage);
  const remarks = under.filter((part) => part !== "").join("\n\n");
  const said =
    whole === null
      ? text
      : beginningOf(core, address, { text, reserved: remarks.length + BETWEEN.length });
  return [said, remarks].filter((part) => part !== "").join(BETWEEN);
}

const BETWEEN = "\n\n";

/** Each is a message of its own. What a cut has sent already is not sent again by an end that comes late. */
function fileRows(
  core: Core,
  change: Change,
  { end, leavings, address, isFirst }: Answer & { readonly isFirst: boolean },
): readonly OutboxRow[] {
  const { papers, whole, files } = leavings;
  const known = new Set(papers.outbox.map(({ message }) => message.file?.path));
  const fresh: readonly OutboundFile[] = [...(whole === null ? [] : [whole]), ...files];
  return fresh
    .filter(({ path }) => !known.has(path))
    .map((file, index) =>
      composeRow({
        id: core.ids.outbox(),
        at: change.at,
        address,
        key: change.after.key,
        turn: end.turn,
        purpose: "reply",
        text: "",
        file,
        replyTo: isFirst && index === 0 ? (papers.items[0]?.message.externalId ?? null) : null,
      }),
    );
}
