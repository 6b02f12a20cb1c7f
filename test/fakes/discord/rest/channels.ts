import { z } from "zod";

import { toApiChannel, toThreadMember } from "../shapes/api-channel.ts";
import { toApiGuild, toEveryone } from "../shapes/api-guild.ts";
import { toApiMember, toApiUser } from "../shapes/api-user.ts";
import { applicationFlags } from "../gateway/ready.ts";
import { dmWith } from "../world/channels.ts";
import { botSees } from "../world/permissions.ts";
import { channelsOf, isThread, known } from "../world/world.ts";
import type { World } from "../world/world.ts";
import { channelOf, guildOf } from "./place.ts";
import { parseForm, refuse } from "./refusal.ts";
import { ok, param } from "./route.ts";
import type { Answer, Call, Route } from "./route.ts";

/** Who I am, where I am, and what is there. */
export const channelRoutes: readonly Route[] = [
  { method: "GET", path: "/users/@me", answer: ({ world }) => ok(self(world)) },
  { method: "GET", path: "/users/@me/guilds", answer: myGuilds },
  { method: "POST", path: "/users/@me/channels", answer: openDm },
  { method: "GET", path: "/users/:user", answer: user },
  { method: "GET", path: "/applications/@me", answer: ({ world }) => ok(application(world)) },
  {
    method: "GET",
    path: "/oauth2/applications/@me",
    answer: ({ world }) => ok(application(world)),
  },
  {
    method: "GET",
    path: "/channels/:channel",
    answer: (call) => ok(toApiChannel(call.world, channelOf(call))),
  },
  { method: "GET", path: "/guilds/:guild", answer: guild },
  { method: "GET", path: "/guilds/:guild/channels", answer: guildChannels },
  { method: "GET", path: "/guilds/:guild/threads/active", answer: activeThreads },
  {
    method: "GET",
    path: "/guilds/:guild/roles",
    answer: (call) => ok([toEveryone(guildOf(call))]),
  },
  { method: "GET", path: "/guilds/:guild/members", answer: members },
  { method: "GET", path: "/guilds/:guild/members/:user", answer: member },
];

function self(world: World): unknown {
  return { ...toApiUser(world.bot), verified: true, mfa_enabled: true, email: null, flags: 0 };
}

function application(world: World): unknown {
  return {
    id: world.bot.id,
    name: world.bot.name,
    icon: null,
    description: "",
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: "0".repeat(64),
    flags: applicationFlags(world),
    bot: toApiUser(world.bot),
    summary: "",
    hook: true,
    team: null,
  };
}

function myGuilds({ world }: Call): Answer {
  const mine = [...world.guilds.values()].filter((one) => one.members.has(world.bot.id));
  return ok(
    mine.map(({ id, name, everyone, ownerId }) => ({
      id,
      name,
      icon: null,
      banner: null,
      owner: ownerId === world.bot.id,
      permissions: everyone.toString(),
      features: [],
    })),
  );
}

/** The same channel each time; opening it says nothing to the person. */
function openDm({ world, body }: Call): Answer {
  const { recipient_id: id } = parseForm(z.looseObject({ recipient_id: z.string() }), body ?? {});
  const person = world.people.get(id);
  if (person === undefined || person.isBot) throw refuse.recipients();
  return ok(toApiChannel(world, dmWith(world, person)));
}

function user(call: Call): Answer {
  const found = call.world.people.get(param(call, "user"));
  if (found === undefined) throw refuse.unknownUser();
  return ok(toApiUser(found));
}

function guild(call: Call): Answer {
  const found = guildOf(call);
  const counts = { approximate_member_count: found.members.size, approximate_presence_count: 1 };
  return ok({ ...toApiGuild(found), ...(call.query.get("with_counts") === "true" ? counts : {}) });
}

/** No threads. Those that the bot does not see are among them. */
function guildChannels(call: Call): Answer {
  const all = channelsOf(call.world, guildOf(call)).filter((one) => !isThread(one));
  return ok(all.map((one) => toApiChannel(call.world, one)));
}

function activeThreads(call: Call): Answer {
  const { world } = call;
  const threads = channelsOf(world, guildOf(call)).filter(
    (one) => isThread(one) && !one.thread.isArchived && botSees(world, one),
  );
  const joined = threads.filter((one) => one.thread?.members.has(world.bot.id) === true);
  return ok({
    threads: threads.map((one) => toApiChannel(world, one)),
    members: joined.map((one) => toThreadMember(one, world.bot.id)),
  });
}

function members(call: Call): Answer {
  const { world } = call;
  const found = guildOf(call);
  if (!world.granted.guildMembers) throw refuse.missingAccess();
  const after = BigInt(call.query.get("after") ?? "0");
  const all = [...found.members.keys()].filter((id) => BigInt(id) > after);
  const page = all.slice(0, Number(call.query.get("limit") ?? 1));
  return ok(page.map((id) => toApiMember(found, known(world.people.get(id), `person ${id}`))));
}

function member(call: Call): Answer {
  const found = guildOf(call);
  const person = call.world.people.get(param(call, "user"));
  if (person === undefined) throw refuse.unknownUser();
  if (!found.members.has(person.id)) throw refuse.unknownMember();
  return ok(toApiMember(found, person));
}
