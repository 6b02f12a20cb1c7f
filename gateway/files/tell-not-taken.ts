import { textOf } from "../../sessions/errors.ts";
import type { InboxItem } from "../../sessions/rows.ts";
import type { TurnAttachment } from "../../workers/worker.ts";
import type { Core } from "../core.ts";
import { composeRow } from "../deliver/compose.ts";
import { clipText } from "../deliver/parts.ts";
import { attachmentName } from "./safe-name.ts";

/** Who sent a file that the agent did not get is told so, once for each message. A notice that fails delays nothing. */
export async function tellNotTaken(
  core: Core,
  item: InboxItem,
  attachments: readonly TurnAttachment[],
): Promise<void> {
  const list = attachments
    .flatMap((one) => (one.problem === null ? [] : [listed(core, one, one.problem)]))
    .join("; ");
  if (list === "") return;
  const once = `files_not_taken:${item.id}`;
  const { address, externalId } = item.message;
  try {
    if ((await core.engine.keyed("notice", once)) !== null) return;
    const notice = composeRow({
      id: core.ids.outbox(),
      at: core.clock.now(),
      address,
      key: item.key,
      purpose: "notice",
      text: clipText(core, address, core.texts.say("files_not_taken", { list })),
      replyTo: externalId,
    });
    const ttlMs = core.settings.retention.dedupeMs;
    await core.engine.commit({
      outbox: [notice],
      keyed: [{ space: "notice", key: once, value: true, ttlMs }],
    });
  } catch (error) {
    core.log.warn({ session: item.key, error: textOf(error) }, "notice not stored");
  }
}

function listed(core: Core, attachment: TurnAttachment, problem: string): string {
  return core.texts.say("file_listed", { name: attachmentName(attachment), problem });
}
