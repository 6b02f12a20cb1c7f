import { suggestion } from "../config/suggestion.ts";
import type { Core } from "../core.ts";
import { routedWorker, workerFor } from "../routes.ts";
import type { ChatCommand, CommandContext, CommandResult } from "./command.ts";

/** What leads back to the routes, unless an agent has that name. */
const AS_CONFIGURED = "default";

export const agent: ChatCommand = {
  name: "agent",
  usage: "[name]",
  summary: "help_agent",
  isForOperators: false,
  async run(context) {
    const { core, session, words } = context;
    const offered = offeredTo(context);
    if (words === "") return { say: listed(context, offered) };
    const name = words.toLowerCase();
    if (offered.includes(name)) return choose(core, session.settings.worker, name);
    if (name === AS_CONFIGURED) return choose(core, session.settings.worker, null);
    const near = suggestion(name, offered);
    return {
      say: core.texts.say(near === null ? "agent_unknown" : "agent_unknown_near", {
        name: words,
        near: near ?? "",
        list: offered.join(", "),
      }),
    };
  },
};

/** An operator may choose any; others only what is offered, and what they have. */
function offeredTo({ core, item, session }: CommandContext): readonly string[] {
  const { address, sender } = item.message;
  const isOperator = core.access.isOperator(address.network, sender.id);
  const routed = routedWorker(core.settings, { address, user: sender.id });
  return Object.entries(core.settings.workers)
    .filter(
      ([name, { offered }]) =>
        isOperator || offered || name === routed || name === session.settings.worker,
    )
    .map(([name]) => name);
}

function choose(core: Core, before: string | null, worker: string | null): CommandResult {
  const { say } = core.texts;
  const chosen = worker === null ? say("agent_default") : say("agent_chosen", { name: worker });
  if (before === worker) return { say: chosen };
  return { command: { type: "set_worker", worker }, applied: chosen, refused: () => chosen };
}

function listed({ core, item, session }: CommandContext, offered: readonly string[]): string {
  const { address, sender } = item.message;
  const next = workerFor(core.settings, session, { address, user: sender.id });
  return offered
    .map((name) => core.texts.say(name === next ? "agent_this" : "agent_other", { name }))
    .join("\n");
}
