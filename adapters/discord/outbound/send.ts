import { DiscordAPIError } from "@discordjs/rest";
import type { RawFile } from "@discordjs/rest";
import { Routes } from "discord-api-types/v10";

import type { OutboxId } from "../../../sessions/ids.ts";
import type { Address, OutboundMessage } from "../../../sessions/message.ts";
import type { SendOptions, SendResult } from "../../adapter.ts";
import { formatExternalId, parseExternalId } from "../external-id.ts";
import type { Acknowledgements, Deferred } from "./acknowledgements.ts";
import { apiMessage } from "./answer.ts";
import type { ApiMessage } from "./answer.ts";
import { flawOf, toBody } from "./body.ts";
import type { MessageBody } from "./body.ts";
import { codeOf, toFailure } from "./failure.ts";
import { nonceOf } from "./nonce.ts";
import type { OutboundParts } from "./parts.ts";
import { UNKNOWN_CHANNEL } from "./refusal.ts";
import type { Threads } from "./threads.ts";
import { readUpload } from "./upload.ts";

export interface SendRooms extends OutboundParts {
  readonly acknowledgements: Acknowledgements;
  readonly threads: Threads;
  /** Corrects the answer to an interaction that an earlier life of this process gave; null: there is none. */
  correctEarlier(
    address: Address,
    wanted: SendOptions & { readonly interaction: string; readonly message: OutboundMessage },
  ): Promise<SendResult | null>;
}

interface Letter {
  readonly id: OutboxId;
  readonly body: MessageBody;
  readonly files: RawFile[];
  /** External id. */
  readonly replyTo: string | null;
  readonly signal: AbortSignal;
}

/** [E09] One new message, which may have arrived at an earlier try. */
export async function sendMessage(
  rooms: SendRooms,
  address: Address,
  wanted: SendOptions & { readonly message: OutboundMessage },
): Promise<SendResult> {
  const { message, id, signal } = wanted;
  const flaw = flawOf(message);
  if (flaw !== null) return { outcome: "refused", reason: flaw };
  const upload = await readUpload(message.file, signal);
  if ("failure" in upload) return upload.failure;
  const { files } = upload;
  const { replyTo } = message;
  const letter: Letter = { id, body: toBody(message), files, replyTo, signal };
  const answers = replyTo === null ? null : parseExternalId(replyTo);
  if (replyTo === null || answers?.kind !== "interaction") return post(rooms, address, letter);

  const deferred = await rooms.acknowledgements.deferred(replyTo, signal);
  if (deferred !== null && (deferred.takenBy ?? id) === id) {
    const answered = await fillIn(rooms, deferred, letter);
    return answered ?? post(rooms, address, letter);
  }
  if (deferred === null && rooms.interactions.peek(replyTo) === null) {
    const earlier = await rooms.correctEarlier(address, { ...wanted, interaction: answers.id });
    if (earlier !== null) return earlier;
  }
  return post(rooms, address, letter);
}

export function externalIdOf(parts: OutboundParts, { id, channel_id, author }: ApiMessage): string {
  const bot = parts.bot()?.id ?? author.id;
  return formatExternalId({ kind: "message", bot, channel: channel_id, id });
}

/**
 * [E10] The deferred answer of a slash command. To fill it in twice is to fill it in once. Further messages are
 * ordinary ones: follow-ups of an interaction take no nonce. Null: Discord takes no answer there any more.
 */
async function fillIn(
  rooms: SendRooms,
  deferred: Deferred,
  letter: Letter,
): Promise<SendResult | null> {
  deferred.takenBy = letter.id;
  try {
    const answer = await patchOriginal(rooms, deferred, letter);
    deferred.message = answer.id;
    return { outcome: "sent", externalId: externalIdOf(rooms, answer) };
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === null || !OVER.has(code)) return toFailure(thrown, rooms);
    rooms.acknowledgements.forget(deferred);
    return null;
  }
}

/** The token is over, or what was deferred is not there. */
export const OVER: ReadonlySet<number> = new Set([10_008, 10_015, 10_062, 50_027]);

export async function patchOriginal(
  { client, bot }: OutboundParts,
  { interaction }: Deferred,
  { body, files = [], signal }: Pick<Letter, "body" | "signal"> & { readonly files?: RawFile[] },
): Promise<ApiMessage> {
  const route = Routes.webhookMessage(bot()?.applicationId ?? "", interaction.token, "@original");
  // Instead of those of an earlier try, not beside them.
  const attachments = files.map(({ name }, at) => ({ id: at, filename: name }));
  return apiMessage.parse(
    await client.rest.patch(route, { body: { ...body, attachments }, files, signal, auth: false }),
  );
}

/** An ordinary message. Discord answers a repeated nonce with the message that it has. */
async function post(rooms: SendRooms, address: Address, letter: Letter): Promise<SendResult> {
  const { client, threads } = rooms;
  const { body, files, signal } = letter;
  let isOpened = false;
  let isQuoting = true;
  // At most: one try, one more when the thread is there, one more without what it answers.
  for (;;) {
    const channel = threads.channelOf(address);
    const reference = isQuoting ? referenceIn(channel, letter.replyTo) : {};
    try {
      const answer: unknown = await client.rest.post(Routes.channelMessages(channel), {
        body: { ...body, ...reference, nonce: nonceOf(letter.id), enforce_nonce: true },
        files,
        signal,
      });
      return { outcome: "sent", externalId: externalIdOf(rooms, apiMessage.parse(answer)) };
    } catch (thrown) {
      if (isQuoting && "message_reference" in reference && isAboutReference(thrown)) {
        isQuoting = false;
        continue;
      }
      if (isOpened || codeOf(thrown) !== UNKNOWN_CHANNEL) return toFailure(thrown, rooms);
      const failure = await threads.open(address, signal);
      if (failure !== null) return failure;
      isOpened = true;
    }
  }
}

function referenceIn(
  channel: string,
  replyTo: string | null,
): { readonly message_reference?: { message_id: string; fail_if_not_exists: boolean } } {
  const answered = replyTo === null ? null : parseExternalId(replyTo);
  if (answered === null || answered.kind === "interaction" || answered.channel !== channel)
    return {};
  return { message_reference: { message_id: answered.id, fail_if_not_exists: false } };
}

const NO_HISTORY = 160_002;

/** Not quoting is better than not answering. */
function isAboutReference(thrown: unknown): boolean {
  if (codeOf(thrown) === NO_HISTORY) return true;
  if (!(thrown instanceof DiscordAPIError) || !("errors" in thrown.rawError)) return false;
  const { errors } = thrown.rawError;
  return typeof errors === "object" && "message_reference" in errors;
}
