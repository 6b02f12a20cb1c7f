import type { Heard } from "./heard.ts";
import { words, type Reply } from "./reply.ts";

/**
 * The reply that the last message of a person asks for. `[[say a]] [[tool read {"path":"x"}]]` anywhere in it is a
 * list of steps, one for each request that follows; a message that begins with a step's word is one step.
 * Anything else is repeated. An answer depends on the request alone, so it is the same after a restart.
 * What `retold` finds at a message's beginning was said before, and asks for nothing.
 */
export function scripted(heard: Heard, retold: RegExp): Reply {
  const last = heard.messages.findLastIndex(({ role }) => role === "user");
  const text = (heard.messages[last]?.text ?? "").replace(retold, "");
  const answers = heard.messages.slice(last + 1).filter(({ role }) => role === "assistant").length;
  const steps = [...text.matchAll(/\[\[([^]*?)\]\](?!\])/g)].map(([, step = ""]) => step.trim());
  if (steps.length === 0) {
    return (answers === 0 ? stepOf(text, heard) : null) ?? plain(heard, text);
  }
  const step = steps[answers];
  return (step === undefined ? null : stepOf(step, heard)) ?? plain(heard, "");
}

function plain(heard: Heard, text: string): Reply {
  const result = heard.messages.at(-1);
  if (result?.role === "tool") return say(`The tool said: ${result.text}`);
  return say(text === "" ? "Done." : `You said: ${text}`);
}

function say(text: string): Reply {
  return { text: words(text) };
}

/** Null: no such step. */
function stepOf(step: string, heard: Heard): Reply | null {
  const [, word = "", rest = ""] = /^\s*(\S+)\s*([^]*)$/.exec(step) ?? [];
  switch (word.toLowerCase()) {
    case "say":
      return say(rest);
    case "think":
      return { thought: rest, text: ["Thought."] };
    /** `slow <ms> words`: a pause between two of them. */
    case "slow":
      return { ...say(rest.replace(/^\d+\s*/, "")), chunkMs: Number.parseInt(rest, 10) };
    /** `tool <name> <json>`, several with a line each. */
    case "tool":
      return toolReply(step, heard);
    case "recall":
      return recall(heard);
    case "empty":
      return { text: [] };
    case "length":
      return { ...say(rest), finish: "length" };
    /** `status <code> message` */
    case "status": {
      const [, code = "500", message = ""] = /^(\d+)\s*([^]*)$/.exec(rest) ?? [];
      return { refuse: { status: Number(code), message } };
    }
    case "stall":
    case "drop":
    case "close":
    case "garbage":
    case "comments":
      return faulty(word.toLowerCase() as "stall", rest);
    default:
      return null;
  }
}

/** `drop`: before the head; `drop words of it`: after these. */
function faulty(does: "stall" | "drop" | "close" | "garbage" | "comments", rest: string): Reply {
  const text = words(rest);
  return { text, fault: { does, ...(rest === "" ? {} : { at: text.length }) } };
}

/** One that may call no tools, as for the title of a conversation, is answered in words. */
function toolReply(step: string, heard: Heard): Reply {
  const tools = [...step.matchAll(/^\s*tool\s+(\S+)\s*(.*)$/gim)].map(
    ([, name = "", json = ""]) => ({
      name,
      input: JSON.parse(json === "" ? "{}" : json) as object,
    }),
  );
  return heard.tools.length === 0 ? say("I have no tools.") : { tools };
}

/** All it was given, one line a message. */
function recall({ system, messages }: Heard): Reply {
  const lines = messages.map(
    ({ role, text, calls, images }) =>
      `${role}: ${text}${calls.map((name) => ` calls ${name}`).join("")}${images > 0 ? ` with ${images} images` : ""}`,
  );
  return say([...(system === "" ? [] : [`system: ${system}`]), ...lines].join("\n"));
}
