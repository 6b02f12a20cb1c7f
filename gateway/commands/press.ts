import { textOf } from "../../sessions/errors.ts";
import type { InboxItem } from "../../sessions/rows.ts";
import type { Core } from "../core.ts";
import type { AnswerDecision } from "../operations.ts";
import { parseCommand } from "./registry.ts";
import { reissue } from "./reissue.ts";
import type { CommandContext, CommandResult } from "./command.ts";

/** What a button does. Its data is `<verb>:<id>`; buttons of an earlier boot mean the same. */
export async function press(context: CommandContext): Promise<CommandResult> {
  const { core, hooks, item, session } = context;
  const say = core.texts.say;
  const [verb, id = ""] = item.message.button?.data.split(":") ?? [];
  switch (verb) {
    case "allow":
    case "deny":
      if (hooks.isDraining()) return { later: say("saved") };
      return answered(context, id, verb);
    case "allow_always":
      if (hooks.isDraining()) return { later: say("saved") };
      return answered(context, id, "always");
    case "continue":
      if (hooks.isDraining()) return { later: say("saved") };
      if (session.mark?.kind !== "resume_pending" || session.mark.turn !== id) {
        return { say: say("skip_nothing") };
      }
      return { say: "", afterwards: () => void hooks.continueTurn(item) };
    case "drop":
      if (session.mark?.kind !== "resume_pending" || session.mark.turn !== id) {
        return { say: say("skip_nothing") };
      }
      return {
        command: { type: "skip" },
        applied: say("skip_done"),
        refused: () => say("skip_nothing"),
      };
    case "stop":
      // A button of an earlier turn must not end the present one.
      if (session.turn?.id !== id) return { say: say("stop_nothing") };
      return (await parseCommand("/stop")?.command.run(context)) ?? { say: say("stop_nothing") };
    case undefined:
    default:
      return { say: say("stop_nothing") };
  }
}

/** A press that comes too late, perhaps from before a restart, leads to the question that is open now. */
async function answered(
  { core, hooks, item }: CommandContext,
  request: string,
  decision: AnswerDecision,
): Promise<CommandResult> {
  const { words, counts } = await hooks.answer(request, decision, item.message.sender.name);
  // The question itself now shows who decided; not that it was for good.
  if (counts) return { say: decision === "always" ? words : "" };
  return { say: words, afterwards: () => void reissue(core, item).catch(untold(core, item)) };
}

function untold(core: Core, item: InboxItem): (error: unknown) => void {
  return (error) => {
    core.log.warn({ session: item.key, error: textOf(error) }, "question not shown anew");
  };
}
