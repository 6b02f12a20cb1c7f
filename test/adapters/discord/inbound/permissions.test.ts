import { PermissionFlagsBits } from "discord-api-types/v10";
import { describe, expect, it } from "vitest";

import { sightOf } from "../../../../adapters/discord/inbound/permissions.ts";
import { wireChannel, wireGuild } from "../../../../adapters/discord/inbound/wire.ts";

const { ViewChannel, ReadMessageHistory, Administrator } = PermissionFlagsBits;
const BOTH = ViewChannel | ReadMessageHistory;
const BOT = "9";

interface Setting {
  readonly everyone?: bigint;
  readonly role?: bigint;
  readonly exceptions?: readonly {
    readonly id: string;
    readonly allow?: bigint;
    readonly deny?: bigint;
  }[];
  readonly owner?: string;
  readonly isThread?: boolean;
}

function sight({ everyone = BOTH, role = 0n, exceptions = [], owner = "1", isThread }: Setting) {
  const parent = {
    id: "50",
    type: 0,
    permission_overwrites: exceptions.map(({ id, allow = 0n, deny = 0n }) => ({
      id,
      allow: String(allow),
      deny: String(deny),
    })),
  };
  const thread = { id: "51", type: 11, parent_id: "50" };
  const guild = wireGuild.parse({
    id: "7",
    owner_id: owner,
    roles: [
      { id: "7", permissions: String(everyone) },
      { id: "8", permissions: String(role) },
      { id: "99", permissions: String(Administrator) },
    ],
    members: [{ user: { id: BOT }, roles: ["8"] }],
    channels: [parent],
    threads: [thread],
  });
  const { isVisible, hasHistory } = sightOf(
    guild,
    wireChannel.parse(isThread ? thread : parent),
    BOT,
  );
  return [isVisible, hasHistory];
}

describe("what the bot may read in a channel", () => {
  it.each<[string, Setting, readonly boolean[]]>([
    ["follows its roles", {}, [true, true]],
    ["is nothing without a role that lets it", { everyone: 0n }, [false, false]],
    ["is no history without the right to it", { everyone: ViewChannel }, [true, false]],
    ["is no history where it sees nothing", { everyone: ReadMessageHistory }, [false, false]],
    ["is all for an administrator", { everyone: 0n, role: Administrator }, [true, true]],
    ["is all for the owner", { everyone: 0n, owner: BOT }, [true, true]],
    [
      "is less by an exception for everyone",
      { exceptions: [{ id: "7", deny: ReadMessageHistory }] },
      [true, false],
    ],
    [
      "is more by one for its role",
      {
        exceptions: [
          { id: "7", deny: BOTH },
          { id: "8", allow: BOTH },
        ],
      },
      [true, true],
    ],
    [
      "is settled by one for itself",
      {
        exceptions: [
          { id: BOT, deny: ReadMessageHistory },
          { id: "8", allow: BOTH },
        ],
      },
      [true, false],
    ],
    [
      "is not touched by one for another role",
      { exceptions: [{ id: "99", deny: BOTH }] },
      [true, true],
    ],
    [
      "in a thread is what it is in its channel",
      { exceptions: [{ id: "7", deny: BOTH }], isThread: true },
      [false, false],
    ],
  ])("%s", (_, setting, expected) => {
    expect(sight(setting)).toEqual(expected);
  });
});
