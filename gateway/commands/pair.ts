import type { ChatCommand, CommandContext } from "./command.ts";
import type { PairingReport } from "../access/pairing.ts";
import { readCode } from "../access/code.ts";

export const pair: ChatCommand = {
  name: "pair",
  usage: "[code]",
  summary: "help_pair",
  isForOperators: true,
  async run(context) {
    const { core, hooks, item, words } = context;
    const { say } = core.texts;
    const [, typed = "", isOperator] = /^(.*?)(\s+operator)?$/is.exec(words) ?? [];
    if (readCode(typed) === "") return { say: say("pair_usage") };
    const { address, sender } = item.message;
    // Who made operators from afar could not be told from who took their account over.
    const isHere = core.networks.settings(address.network)?.adapter === "local";
    if (isOperator !== undefined && !isHere) return { say: say("pair_operator_here") };
    return {
      own: async (done) => {
        await hooks.approve(typed, {
          by: `${address.network}:${sender.id}`,
          standing: isOperator === undefined ? "user" : "operator",
          also: (report) => done(wordsFor(context, report)),
        });
      },
    };
  },
};

function wordsFor({ core }: CommandContext, report: PairingReport): string {
  const { say } = core.texts;
  switch (report.outcome) {
    case "approved": {
      const { name, user, network, standing } = report.person;
      return say(standing === "operator" ? "pair_done_operator" : "pair_done", {
        name,
        user,
        network,
      });
    }
    case "unknown":
      return say("pair_unknown");
    case "limited":
      return say("pair_limited", { minutes: Math.ceil(report.retryInMs / 60_000) });
  }
}
