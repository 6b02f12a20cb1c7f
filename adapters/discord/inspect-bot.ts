import { ApplicationFlags, PermissionFlagsBits, Routes } from "discord-api-types/v10";
import { z } from "zod";

import type { Clock } from "../../sessions/clock.ts";
import type { BotInspection, Remark } from "../bot-inspection.ts";
import { createDiscordClient } from "./client.ts";
import { isTokenRefused, PORTAL, TOKEN_ADVICE } from "./gateway/token-refused.ts";

/** Never rejects. Opens no gateway and changes nothing. */
export async function inspectDiscordBot(
  use: { readonly token: string; readonly apiRoot: string; readonly clock: Clock },
  signal: AbortSignal,
): Promise<BotInspection> {
  // A header could not carry it.
  if (!/^[\w.-]+$/.test(use.token)) {
    const reason = "this is no token of a Discord bot";
    return { outcome: "refused", reason, advice: TOKEN_ADVICE };
  }
  const client = createDiscordClient({ ...use, log: SILENT });
  try {
    const me = user.parse(await client.rest.get(Routes.user(), { signal }));
    const route = Routes.currentApplication();
    const { id, flags } = application.parse(await client.rest.get(route, { signal }));
    return {
      outcome: "known",
      name: me.username,
      remarks: [intent(flags)],
      invite: inviteOf(id),
    };
  } catch (thrown) {
    if (isTokenRefused(thrown)) {
      return { outcome: "refused", reason: "token refused (401)", advice: TOKEN_ADVICE };
    }
    const reason = signal.aborted ? "no answer in time" : client.redact(thrown);
    return { outcome: "unreachable", reason };
  } finally {
    client.close();
  }
}

const user = z.object({ username: z.string() });
const application = z.object({ id: z.string(), flags: z.int().default(0) });

const SILENT = { info: () => {}, warn: () => {}, error: () => {} };

const READS =
  ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited;

function intent(flags: number): Remark {
  const about = "message content intent";
  if ((flags & READS) !== 0) return { level: "ok", about, found: "on", advice: null };
  const advice = `switch on "Message Content Intent" on the Bot page of ${PORTAL}`;
  return { level: "fail", about, found: "off: Discord will not let the bot in", advice };
}

const PERMISSIONS = [
  PermissionFlagsBits.ViewChannel,
  PermissionFlagsBits.SendMessages,
  PermissionFlagsBits.SendMessagesInThreads,
  PermissionFlagsBits.CreatePublicThreads,
  PermissionFlagsBits.AttachFiles,
  PermissionFlagsBits.ReadMessageHistory,
].reduce((all, one) => all | one);

function inviteOf(id: string): string {
  const query = new URLSearchParams({
    client_id: id,
    scope: "bot applications.commands",
    permissions: String(PERMISSIONS),
  });
  return `https://discord.com/oauth2/authorize?${query.toString()}`;
}
