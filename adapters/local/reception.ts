import type { Chance, Clock } from "../../sessions/clock.ts";
import { textOf } from "../../sessions/errors.ts";
import type { InboundMessage } from "../../sessions/message.ts";
import type { AdapterHost, Receipt } from "../adapter.ts";
import type { Archive } from "./archive.ts";
import type { Log } from "../log.ts";
import { claimFiles, releaseFiles, toAttachment } from "./claim-files.ts";
import type { FileRows } from "./file-rows.ts";
import type { Press, Say } from "./posts.ts";
import { NOT_STORED } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import type { ShownFile } from "./shown-message.ts";

export interface ReceptionOptions {
  readonly network: string;
  readonly account: string;
  readonly host: Pick<AdapterHost, "accept" | "fate">;
  readonly archive: Archive;
  readonly files: FileRows;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

export type Answer =
  | {
      readonly kind: "taken";
      readonly id: string;
      readonly externalId: string;
      readonly fate: string;
      readonly duplicate: boolean;
    }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** Takes in what people do: first it is the gateway's, durably; then viewers see it; then it is confirmed. */
export interface Reception {
  say(chat: string, post: Say): Promise<Answer>;
  press(chat: string, post: Press): Promise<Answer>;
}

export function createReception(options: ReceptionOptions): Reception {
  const { archive, clock, log } = options;
  const base = (
    post: Say | Press,
    place: { chat: string; thread: string | null },
  ): Omit<InboundMessage, "externalId" | "text" | "button" | "replyTo" | "attachments"> => ({
    address: { network: options.network, account: options.account, ...place },
    sender: { id: post.user, name: post.user },
    scope: post.scope,
    album: null,
    edits: null,
    isLate: false,
    sentAt: clock.now(),
  });

  return {
    async say(chat, post) {
      const id = post.id ?? makeId(options);
      const externalId = `${chat}~${id}`;
      const claimed = await claimFiles(options, post.files, { chat, externalId });
      switch (claimed.outcome) {
        case "refused":
          return refused(claimed.refusal);
        case "known":
          return { kind: "taken", id, externalId, fate: claimed.fate, duplicate: true };
        case "claimed":
      }
      const { files } = claimed;
      const message: InboundMessage = {
        ...base(post, { chat, thread: post.thread }),
        externalId,
        text: post.text,
        attachments: files.map(toAttachment),
        button: null,
        replyTo: post.replyTo,
      };
      const answer = toAnswer(await accept(options, message), { id, message });
      if (answer.kind === "taken") await show(archive, log, { message, files });
      else if (files.length > 0) await releaseFiles(options, externalId);
      return answer;
    },

    async press(chat, post) {
      const on = archive.message(post.on);
      if (on?.chat !== chat || on.from.kind !== "agent") {
        return {
          kind: "refused",
          refusal: {
            status: 404,
            code: "message_unknown",
            message: `this chat has no message ${post.on} with buttons`,
            advice: "press a button of a message that is shown",
          },
        };
      }
      const id = post.id ?? makeId(options);
      const message: InboundMessage = {
        ...base(post, { chat, thread: on.thread }),
        externalId: `${chat}~${id}~press`,
        text: "",
        attachments: [],
        button: { data: post.data, on: post.on },
        replyTo: null,
      };
      return toAnswer(await accept(options, message), { id, message });
    },
  };
}

async function accept(
  { host, log }: ReceptionOptions,
  message: InboundMessage,
): Promise<Receipt | { readonly outcome: "not_stored" }> {
  try {
    const [receipt] = await host.accept([message], []);
    return receipt ?? { outcome: "not_stored" };
  } catch (thrown) {
    log.warn({ externalId: message.externalId, error: textOf(thrown) }, "local message not stored");
    return { outcome: "not_stored" };
  }
}

/**
 * For viewers only: the gateway owns the message already, so that a failure here is no reason to refuse it. A repeated
 * post comes by here too, and fills in what a crash kept from being shown.
 */
async function show(
  archive: Archive,
  log: Log,
  { message, files }: { readonly message: InboundMessage; readonly files: readonly ShownFile[] },
): Promise<void> {
  const { externalId, address, sender, text, replyTo, sentAt } = message;
  const { chat, thread } = address;
  const from = { kind: "person", id: sender.id, name: sender.name } as const;
  try {
    await archive.put(
      { externalId, chat, thread, from, text, buttons: [], files, replyTo, sentAt },
      "process",
    );
  } catch (thrown) {
    log.error({ externalId, error: textOf(thrown) }, "local message not shown");
  }
}

function toAnswer(
  receipt: Receipt | { readonly outcome: "not_stored" },
  { id, message }: { readonly id: string; readonly message: InboundMessage },
): Answer {
  const { externalId } = message;
  switch (receipt.outcome) {
    case "stored":
    case "duplicate": {
      const duplicate = receipt.outcome === "duplicate";
      return { kind: "taken", id, externalId, fate: receipt.fate, duplicate };
    }
    case "full":
      return refused({
        status: 429,
        code: "queue_full",
        message: `${receipt.queued} messages wait in this conversation`,
        advice: "send it again later, with the same id",
        retryAfterSeconds: 2,
      });
    case "unauthorised":
      return refused({
        status: 403,
        code: "sender_not_allowed",
        message: `${message.sender.id} may not write here`,
        advice: "ask who runs this gateway to allow this user",
      });
    case "rejected":
      return refused({
        status: 400,
        code: "message_rejected",
        message: receipt.reason,
        advice: "change the message",
      });
    case "not_stored":
      return refused(NOT_STORED);
  }
}

function refused(refusal: Refusal): Answer {
  return { kind: "refused", refusal };
}

function makeId({ clock, chance }: ReceptionOptions): string {
  const random = (): string =>
    chance
      .int(2 ** 32)
      .toString(36)
      .padStart(7, "0");
  return `${clock.now().toString(36)}-${random()}${random()}`;
}
