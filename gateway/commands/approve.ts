import type { AnswerDecision } from "../operations.ts";
import type { ChatCommand, CommandContext, CommandResult } from "./command.ts";

export const approve: ChatCommand = {
  name: "approve",
  usage: "[n|always]",
  summary: "help_approve",
  isForOperators: false,
  run(context) {
    const words = context.words.toLowerCase().split(/\s+/);
    const others = words.filter((word) => word !== "always");
    const decision = others.length < words.length ? "always" : "allow";
    return answer(context, { decision, which: others.join(" ") });
  },
};

export const deny: ChatCommand = {
  name: "deny",
  usage: "[n]",
  summary: "help_deny",
  isForOperators: false,
  run: (context) => answer(context, { decision: "deny", which: context.words }),
};

async function answer(
  { core, hooks, item, session }: CommandContext,
  { decision, which }: { readonly decision: AnswerDecision; readonly which: string },
): Promise<CommandResult> {
  const say = core.texts.say;
  if (hooks.isDraining()) return { later: say("saved") };
  const open = await core.engine.requests({ key: session.key, onlyOpen: true });
  if (open.length === 0) return { say: say("approve_nothing") };
  const chosen = open.length === 1 && which === "" ? open[0] : open[Number(which) - 1];
  if (chosen === undefined) {
    const list = open.map((one, index) => `${index + 1}. ${one.title}`).join("; ");
    return { say: say("approve_which", { list }) };
  }
  const { words: said } = await hooks.answer(chosen.id, decision, item.message.sender.name);
  return { say: said };
}
