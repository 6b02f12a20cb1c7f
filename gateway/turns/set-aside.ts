import type { InboxItem } from "../../sessions/rows.ts";
import type { Core } from "../core.ts";
import { composeRow } from "../deliver/compose.ts";

/**
 * Takes out of the queue what must not run: messages of people who are no longer allowed, and messages that
 * were being started each time the gateway died. Returns the rest, in order.
 */
export async function setAside(
  core: Core,
  queued: readonly InboxItem[],
): Promise<readonly InboxItem[]> {
  const fit: InboxItem[] = [];
  for (const item of queued) {
    if (!core.access.isAllowed(item.message)) {
      core.log.info({ session: item.key, message: item.id }, "message dropped: not allowed");
      await core.engine.commit({
        inbox: [{ id: item.id, from: "queued", to: "done", turn: null, reason: "unauthorised" }],
      });
    } else if (item.attempts >= core.settings.resume.cutsToSuspend) {
      core.log.error(
        { session: item.key, message: item.id },
        "message parked: it was being started at every death",
      );
      await park(core, item);
    } else fit.push(item);
  }
  return fit;
}

async function park(core: Core, item: InboxItem): Promise<void> {
  const at = core.clock.now();
  await core.engine.commit({
    inbox: [{ id: item.id, from: "queued", to: "dead", turn: null, reason: "parked" }],
    outbox: [
      composeRow({
        id: core.ids.outbox(),
        at,
        address: item.message.address,
        key: item.key,
        purpose: "notice",
        text: core.texts.say("parked", { attempts: item.attempts }),
        replyTo: item.message.externalId,
      }),
    ],
  });
}
