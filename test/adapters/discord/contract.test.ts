import { parseExternalId } from "../../../adapters/discord/external-id.ts";
import { sessionKey } from "../../../adapters/discord/gateway/session-record.ts";
import type { Person } from "../../fakes/discord/people.ts";
import { adapterContract } from "../contract.ts";
import type { AdapterHarness, Words } from "../contract.ts";
import { startWorld, until } from "./world.ts";

const signal = new AbortController().signal;

adapterContract("Discord", makeHarness);

async function makeHarness(): Promise<AdapterHarness> {
  const world = await startWorld();
  const { discord, host } = world;
  const { people, home, bot, faults, records } = discord;
  const thread = people.thread(home.channel, { name: "plans", by: home.person });
  const ada = people.person("ada");
  people.join(home.guild, ada);
  const persons = new Map<string, Person>([
    ["you", home.person],
    ["ada", ada],
  ]);
  const said = new Map<string, number>();
  const make = () => {
    current = world.make({ channels: { "*": "all" } });
    return current;
  };
  let current = world.make({ channels: { "*": "all" } });

  const stored = async (): Promise<{ readonly sequence: number }> => {
    const cursor = await host.cursor(sessionKey(0));
    return cursor === null ? { sequence: 0 } : (cursor as { readonly sequence: number });
  };

  /** Discord gives up an event when a later session resumes behind it. */
  async function isOwned(sequence: number): Promise<boolean> {
    const failures = host.failures.length;
    let isTold = false;
    await until(async () => {
      isTold = (await stored()).sequence >= sequence;
      if (!isTold && host.failures.length === failures) throw new Error("still waiting");
    });
    return isTold;
  }

  function say({
    chat,
    thread: inside,
    text,
    name,
    replyTo,
    user = "you",
  }: Words): Promise<boolean> {
    const author = persons.get(user);
    if (author === undefined) throw new Error(`no ${user}`);
    const answered = replyTo === undefined ? null : parseExternalId(replyTo);
    people.say(inside ?? chat, text, {
      author,
      ...(answered !== null && { replyTo: answered.id }),
    });
    said.set(name, records.deliveredSequence);
    return isOwned(records.deliveredSequence);
  }

  /** A process that was killed before its commit was heard of resumes before the message. */
  async function repeat({ name }: Words): Promise<boolean> {
    const sequence = said.get(name);
    if (sequence === undefined) throw new Error(`nobody said ${name}`);
    await current.disconnect();
    const value = { ...(await stored()), sequence: sequence - 1 };
    await host.accept([], [{ space: "cursor", key: sessionKey(0), value, ttlMs: null }]);
    await current.connect(host, signal);
    return isOwned(sequence);
  }

  return {
    adapter: current,
    host,
    place: { chat: home.channel, thread },
    secret: discord.token,
    logged: () => world.logged.join("\n"),
    userId: (user) => persons.get(user)?.id ?? user,
    restarted: make,
    obstructed: () =>
      Promise.resolve({
        adapter: world.make({ token: `${discord.token}x` }),
        code: "adapter_refused",
      }),
    person: {
      say,
      repeat,
      press({ on, data }) {
        people.press(parseExternalId(on)?.id ?? "", data, home.person);
        return isOwned(records.deliveredSequence);
      },
      seen: (chat) =>
        Promise.resolve(
          [chat, thread]
            .flatMap((channel) => discord.seen(channel).map((one) => ({ ...one, channel })))
            .filter(({ author }) => author.id === bot.id)
            .map(({ id, channel, content, buttons, replyTo }) => ({
              externalId: `${bot.id}:${channel}:${id}`,
              thread: channel === chat ? null : channel,
              text: content,
              buttons:
                buttons.length === 0
                  ? []
                  : [buttons.map(({ label, customId }) => ({ label, data: customId ?? "" }))],
              replyTo: replyTo === null ? null : `${bot.id}:${channel}:${replyTo}`,
            })),
        ),
    },
    async close() {
      faults.rest.clear();
      await world.close();
    },
  };
}
