import type { APIEmbed, APIMessageTopLevelComponent } from "discord-api-types/v10";

import type { Clock } from "../../../sessions/clock.ts";
import type { Faults } from "./faults.ts";
import type { Guild, People, Person } from "./people.ts";
import type { Records } from "./records.ts";

/**
 * A small, strict Discord on loopback: REST, gateway and CDN. It lives in the test's process and outlives
 * its clients: messages, sessions and what was missed are kept when a client dies. All ids are snowflakes, as text.
 *
 * const discord = await startFakeDiscord();
 * const rest = new REST({ version: "10", api: discord.api }).setToken(discord.token);
 * const id = discord.people.say(discord.home.channel, "hello", { author: discord.home.person });
 */
export interface FakeDiscord {
  /** For `new REST({ api, version: "10" })`, and for `rest.api` of a discord.js client. */
  readonly api: string;
  /** What `GET /gateway/bot` names. Has no part of `resumeGatewayUrl`. */
  readonly gatewayUrl: string;
  /** Another listener: what READY names. */
  readonly resumeGatewayUrl: string;
  /** The bot's valid token, without `Bot `. Another one after `resetToken`. */
  readonly token: string;
  readonly applicationId: string;
  readonly bot: Person;
  /** A guild with one text channel and one person who is its owner and may write to the bot. */
  readonly home: { readonly guild: Guild; readonly channel: string; readonly person: Person };

  /** What people, moderators and owners do. */
  readonly people: People;
  /** What goes wrong. */
  readonly faults: Faults;
  /** What the clients did. */
  readonly records: Records;

  /** What people see in a channel, thread or DM now, oldest first; a deleted message is gone. */
  seen(channel: string): readonly SeenMessage[];
  /** All commands and presses so far, oldest first. */
  interactions(): readonly SeenInteraction[];
  /** The owner presses "reset token": the old one is worth nothing from now. Returns the new one. */
  resetToken(): string;
  /** Turns the switches of the developer page (REST goes by them at once, the gateway at the next IDENTIFY). */
  setPrivilegedIntents(granted: PrivilegedIntents): void;
  /** Ends all listeners and sockets. */
  close(): Promise<void>;
}

export interface FakeDiscordOptions {
  /** Default: the clocks of this machine. */
  readonly clock?: Clock;
  /** Default: all granted. */
  readonly privilegedIntents?: PrivilegedIntents;
  /** Default 41,250 ms. A client that stays silent for 1.5 of it is closed with 4000 and may resume. */
  readonly heartbeatIntervalMs?: number;
  /** How long a session without a socket can be resumed. Default 180 s. */
  readonly sessionKeptMs?: number;
  /** How many of the last events a session can replay; older sequences get op 9 false. Default 20,000. */
  readonly replayLimit?: number;
  /** How many IDENTIFYs a day; one more resets the token. Default 1,000 with none used. */
  readonly identifyBudget?: { readonly total: number; readonly used: number };
  /** `session_start_limit.max_concurrency`. Default 1. */
  readonly maxConcurrency?: number;
  /** A second IDENTIFY of the same concurrency key within this time gets op 9 false. Discord's is 5,000; default 0 (not checked). */
  readonly identifyEveryMs?: number;
  /** `shards` of GET /gateway/bot. Default 1. */
  readonly recommendedShards?: number;
  /** Fewer shards in an IDENTIFY get 4011. Default 1. */
  readonly requiredShards?: number;
  /** Default "real": 5 sends per 5 s and channel, 5 edits per 5 s, 50 calls/s in all …; "off" counts nothing. */
  readonly rateLimits?: "real" | "off" | readonly RouteLimit[];
  /** How long a nonce is remembered. Default 120 s. */
  readonly nonceKeptMs?: number;
  /** Default 3,000 and 900,000 ms. */
  readonly interactionMs?: { readonly answer: number; readonly token: number };
  /** Largest file, bytes. Default 10 MiB. */
  readonly fileLimit?: number;
  /** How long a CDN address is good. Default 24 h. */
  readonly fileUrlMs?: number;
}

export interface PrivilegedIntents {
  readonly messageContent: boolean;
  readonly guildMembers: boolean;
  readonly presences: boolean;
}

export interface RouteLimit {
  readonly method: string;
  /** As in `CallRecord.route`: `/channels/:channel/messages`. The limit is per value of its first parameter (a webhook's: of two). */
  readonly route: string;
  readonly limit: number;
  readonly perMs: number;
}

export interface SeenMessage {
  readonly id: string;
  readonly author: Person;
  readonly content: string;
  readonly embeds: readonly APIEmbed[];
  readonly components: readonly APIMessageTopLevelComponent[];
  /** Of all rows, in order. */
  readonly buttons: readonly SeenButton[];
  readonly attachments: readonly SeenFile[];
  /** `message_reference.message_id`. */
  readonly replyTo: string | null;
  /** Whose phones rang: ids of people, `everyone`. */
  readonly pings: readonly string[];
  /** Epoch ms of the last edit, or null. */
  readonly editedAt: number | null;
  /** All texts it has had, the newest last. */
  readonly versions: readonly string[];
  /** Seen by this person alone. */
  readonly onlyFor: string | null;
  /** "… is thinking": a deferred answer that has not come. */
  readonly isThinking: boolean;
  /** Emoji to the ids of who reacted. */
  readonly reactions: ReadonlyMap<string, readonly string[]>;
  readonly nonce: string | null;
  readonly flags: number;
  /** The thread that was started from it. */
  readonly thread: string | null;
}

export interface SeenButton {
  readonly label: string;
  readonly customId: string | null;
  readonly style: number;
  readonly isDisabled: boolean;
}

export interface SeenFile {
  readonly name: string;
  readonly mime: string;
  readonly bytes: Buffer;
}

export interface SeenInteraction {
  readonly id: string;
  readonly kind: "command" | "button";
  readonly by: Person;
  readonly channel: string;
  /** Name of the command, or custom id of the button. */
  readonly what: string;
  /** `failed`: people see that the application did not respond within 3 s. */
  readonly state: "waiting" | "thinking" | "acknowledged" | "answered" | "failed";
  /** Type of the callback: 4 answered, 5 deferred, 6 deferred update, 7 update. */
  readonly callback: number | null;
  /** What was said in it: the answer first, then follow-ups. Those only one person sees are here too. */
  readonly messages: readonly SeenMessage[];
}
