import type { BotInspection } from "../../adapters/bot-inspection.ts";
import type { Configuration, NetworkSettings } from "../../gateway/config/configuration.ts";
import { hearingOf } from "../../gateway/config/place-rule.ts";
import type { Clock } from "../../sessions/clock.ts";
import { fail, ok, type Finding } from "./finding.ts";
import { inspectBot } from "./inspect-bot.ts";

/** Each bot, asked at its network: its token, and what people must switch on for it. */
export async function checkNetworks(
  { networks }: Configuration,
  clock: Clock,
): Promise<readonly Finding[]> {
  const checks = Object.entries(networks).flatMap(([name, network]) => botsOf(name, network));
  const findings = await Promise.all(
    checks.map(async ({ check, bot }) => findingsOf(check, await inspectBot(bot, clock))),
  );
  return findings.flat();
}

interface BotCheck {
  readonly check: string;
  readonly bot: Parameters<typeof inspectBot>[0];
}

function botsOf(name: string, network: NetworkSettings): readonly BotCheck[] {
  switch (network.adapter) {
    case "local":
      return [];
    case "telegram": {
      const { adapter, apiRoot } = network;
      const hearsAll = Object.values(hearingOf(network.groups)).includes("all");
      const hasWebhook = network.webhook !== null;
      return Object.entries(network.accounts).map(([account, token]) => ({
        check: `${name}/${account}`,
        bot: { adapter, apiRoot, hearsAll, hasWebhook, token: token.reveal() },
      }));
    }
    case "discord": {
      const { adapter, apiRoot } = network;
      return Object.entries(network.accounts).map(([account, token]) => ({
        check: `${name}/${account}`,
        bot: { adapter, apiRoot, token: token.reveal() },
      }));
    }
  }
}

function findingsOf(check: string, inspection: BotInspection): readonly Finding[] {
  switch (inspection.outcome) {
    case "refused":
      return [fail(check, inspection.reason, inspection.advice)];
    case "unreachable":
      return [
        fail(
          check,
          `cannot be reached: ${inspection.reason}`,
          "check this machine's network, its proxy, and apiRoot",
        ),
      ];
    case "known":
      return [
        ok(check, `token taken: ${inspection.name}`),
        ...inspection.remarks.map(({ level, about, found, advice }) => {
          return { level, check, found: `${about}: ${found}`, advice };
        }),
      ];
  }
}
