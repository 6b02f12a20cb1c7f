import type { BotAccount } from "./bot-account.ts";
import type { FakeBot, FakeBotOptions } from "./fake-telegram.ts";
import { menuKeyOf } from "./menus.ts";
import { createPoll } from "./poll.ts";
import { createCounter } from "./room.ts";
import { createUpdateQueue } from "./update-queue.ts";
import { createWebhook } from "./webhook.ts";
import type { World } from "./world.ts";

/** Registers a bot, as BotFather does. */
export function addBot(world: World, options: FakeBotOptions): FakeBot {
  const { clock, chance } = world;
  const { pollBrakes: brakes, keepUpdatesMs, allowHttpWebhooks: allowHttp } = world.options;
  const id = options.id ?? 7_000_000_000 + world.nextNumber();
  const token = options.token ?? `${id}:fake-token-${chance.int(2 ** 30)}`;
  if (world.bots.has(token)) throw new Error(`two bots with one token`);
  const updates = createUpdateQueue(clock, chance, { keepMs: keepUpdatesMs });
  const canReadAll = options.canReadAllGroupMessages ?? false;
  const account: BotAccount = {
    token,
    canReadAll,
    user: {
      id,
      is_bot: true,
      first_name: options.firstName ?? "Sluice",
      username: options.username ?? `sluice_${id}_bot`,
    },
    me: {
      can_join_groups: options.canJoinGroups ?? true,
      can_read_all_group_messages: canReadAll,
      supports_inline_queries: false,
      can_connect_to_business: false,
      has_main_web_app: false,
    },
    updates,
    poll: createPoll(updates, clock, { brakes }),
    webhook: createWebhook(updates, clock, { allowHttp, brakes }),
    callbacks: new Map(),
    menus: new Map(),
    nextMessageId: createCounter(),
    allowedUpdates: null,
    revoked: false,
  };
  world.bots.set(token, account);
  return botHandle(account);
}

function botHandle(account: BotAccount): FakeBot {
  const { updates } = account;
  return {
    token: account.token,
    id: account.user.id,
    username: account.user.username,
    get pending() {
      return updates.entries().map(({ update }) => update);
    },
    get expired() {
      return updates.expired();
    },
    get dropped() {
      return updates.dropped();
    },
    get polling() {
      return account.poll.waiting();
    },
    get webhookUrl() {
      return account.webhook.url();
    },
    raw: (update) => updates.push(update, account.nextMessageId() + 2 ** 41),
    repeat: (updateId) => updates.repeat(updateId),
    jumpIds: (next) => updates.jump(next ?? null),
    revoke() {
      account.revoked = true;
      account.poll.unauthorise();
    },
    commands: (scope, language) => [...(account.menus.get(menuKeyOf(scope, language)) ?? [])],
  };
}
