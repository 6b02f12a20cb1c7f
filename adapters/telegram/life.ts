import { sleep } from "../../sessions/clock.ts";
import { SluiceError, textOf } from "../../sessions/errors.ts";
import type { AdapterHost } from "../adapter.ts";
import { loadAliases } from "./aliases.ts";
import { createTelegramClient } from "./client.ts";
import { identify } from "./identify.ts";
import type { KnownBot } from "./identify.ts";
import { loadAttendance } from "./inbound/attendance.ts";
import { createIntake } from "./inbound/intake.ts";
import type { Intake } from "./inbound/intake.ts";
import { keepWebhook } from "./inbound/keep-webhook.ts";
import { runPollLoop } from "./inbound/poll-loop.ts";
import { createWebhookReceiver, webhookPath, webhookSecret } from "./inbound/webhook.ts";
import { createLatestInbound } from "./latest-inbound.ts";
import { createLink, tokenRefused } from "./link.ts";
import { createTelegramOutbound } from "./outbound/outbound.ts";
import type { TelegramOutbound } from "./outbound/outbound.ts";
import type { TelegramOptions } from "./telegram-adapter.ts";

/** How long a webhook call may wait until we know who we are; Telegram itself waits a minute. */
const HOLD_MS = 5000;

/** One bot, from its connect to its disconnect. */
export interface TelegramLife {
  readonly outbound: TelegramOutbound;
  menuChanged(): void;
  /** Idempotent. */
  stop(): Promise<void>;
}

/** Resolves when the bot is there, or Telegram is not, or `signal` is aborted. Rejects for what a person must mend. */
export async function startTelegramLife(
  options: TelegramOptions,
  host: AdapterHost,
  signal: AbortSignal,
): Promise<TelegramLife> {
  const { network, account, log, webhook } = options;
  const about = { network, account };
  host.state({ at: "connecting" });
  const aliases = await loadAliases(host);
  const attendanceOf = await loadAttendance(host, options.clock);
  const client = createTelegramClient(options);
  const link = createLink({ ...options, host, about });
  const latest = createLatestInbound();
  const stopping = new AbortController();
  const parts = { ...options, about, host, client, link, aliases, latest, signal: stopping.signal };
  const known = Promise.withResolvers<void>();
  let bot: KnownBot | null = null;
  let intake: Intake | null = null;
  let menu: Promise<void> = Promise.resolve();

  const outbound = createTelegramOutbound({
    client,
    options,
    aliases,
    bot: () => bot,
    onRevoked() {
      link.fail(tokenRefused("Unauthorized (401)"));
      stopping.abort();
    },
    latestInbound: latest.of,
  });
  const path = webhookPath(network, account);
  const closeDoor = await openDoor();
  const running = run().catch((thrown: unknown) => {
    const reason = `stopped by a fault of its own: ${client.redact(textOf(thrown))}`;
    link.fail({ reason, advice: "restart the gateway, and report it" });
  });
  await knownOrCalledOff();
  let stopped: Promise<void> | null = null;
  return {
    outbound,
    menuChanged() {
      // Before we know who we are, the first menu is still to come.
      if (bot !== null && stopped === null) menu = menu.then(() => outbound.setMenu(host));
    },
    stop() {
      stopped ??= leave().then(link.end);
      return stopped;
    },
  };

  async function openDoor(): Promise<() => Promise<void>> {
    if (webhook === null) return () => Promise.resolve();
    const receive = createWebhookReceiver({ ...parts, intake: knownIntake });
    try {
      return await webhook.door.open(path, receive);
    } catch (thrown) {
      const advice = thrown instanceof SluiceError ? thrown.advice : "look at the listener";
      link.fail({ reason: textOf(thrown), advice });
      await outbound.stop();
      client.close();
      throw thrown;
    }
  }

  /** A listener that outlived a restart has calls waiting before we know who we are. */
  async function knownIntake(): Promise<Intake | null> {
    const patience = new AbortController();
    await Promise.race([known.promise, sleep(options.clock, HOLD_MS, patience.signal)]);
    patience.abort();
    return intake;
  }

  async function run(): Promise<void> {
    bot = await identify(parts);
    if (bot === null) return;
    log.info({ ...about, bot: bot.id, username: bot.username }, "telegram bot known");
    warnOfPrivacy(bot);
    const { answerPress } = outbound;
    intake = createIntake({ ...parts, bot, attendance: attendanceOf(bot.id), answerPress });
    known.resolve();
    menu = outbound.setMenu(host);
    if (webhook === null) {
      link.up();
      return runPollLoop({ ...parts, intake });
    }
    const url = webhook.url.replace(/\/+$/, "") + path;
    return keepWebhook({ ...parts, intake, url, secret: webhookSecret(options.token) });
  }

  async function knownOrCalledOff(): Promise<void> {
    const callOff = (): void => stopping.abort();
    if (signal.aborted) callOff();
    signal.addEventListener("abort", callOff);
    const first = await Promise.race([link.first, running]);
    signal.removeEventListener("abort", callOff);
    if (typeof first !== "object") return;
    await leave();
    throw new SluiceError(
      "adapter_refused",
      `Cannot start ${network} (${account}): ${first.reason}`,
      {
        advice: first.advice,
      },
    );
  }

  /** What came is still stored and confirmed; then nothing is sent any more. */
  async function leave(): Promise<void> {
    stopping.abort();
    known.resolve();
    await running;
    // The door lets in nobody new; who stands in it is still heard.
    await closeDoor();
    intake = null;
    await outbound.stop();
    await menu;
    client.close();
  }

  function warnOfPrivacy({ readsGroups }: KnownBot): void {
    if (readsGroups || !Object.values(options.groups).includes("all")) return;
    const advice = "turn privacy mode off with @BotFather, or make the bot an administrator";
    log.warn({ ...about, advice }, "privacy mode hides what is said in groups from the bot");
  }
}
