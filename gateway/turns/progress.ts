import type { PlanStep, ToolKind } from "../../workers/worker.ts";
import type { Catalogue, TextKey } from "../notices/catalogue.ts";

/** What an agent does while it answers, in one line for people; it is no part of the answer. */
export interface Progress {
  toolStarted(call: string, tool: Tool): void;
  toolEnded(call: string): void;
  planned(steps: readonly PlanStep[]): void;
  /** Empty: nothing to tell. */
  line(): string;
}

interface Tool {
  readonly name: string;
  readonly input: string;
  readonly kind?: ToolKind;
}

/** Longest words about one tool, in characters. */
const LONGEST = 60;

export function createProgress(texts: Catalogue): Progress {
  const open = new Map<string, Tool>();
  let count = 0;
  let steps: readonly PlanStep[] = [];

  return {
    toolStarted(call, tool) {
      count += 1;
      open.set(call, tool);
    },
    toolEnded(call) {
      open.delete(call);
    },
    planned(all) {
      steps = all;
    },
    line() {
      const parts: string[] = [];
      const step = steps.find(({ state }) => state === "running");
      if (steps.length > 0) {
        const done = steps.filter(({ state }) => state === "done").length;
        parts.push(texts.say("progress_plan", { done, total: steps.length }));
        if (step !== undefined) parts.push(oneLine(step.text));
      }
      if (count > 0)
        parts.push(texts.say(count === 1 ? "progress_tool" : "progress_tools", { count }));
      const latest = [...open.values()].at(-1);
      if (latest !== undefined) parts.push(doing(texts, latest));
      return parts.join(" · ");
    },
  };
}

const DOING: Record<ToolKind, TextKey> = {
  read: "doing_read",
  search: "doing_search",
  think: "doing_think",
  edit: "doing_edit",
  delete: "doing_delete",
  move: "doing_move",
  execute: "doing_execute",
  fetch: "doing_fetch",
  other: "doing_other",
};

function doing(texts: Catalogue, { name, input, kind = "other" }: Tool): string {
  const about = subject(input);
  const what = kind === "other" || about === "" ? name : about;
  return texts.say(DOING[kind], { what: oneLine(what) });
}

/** Of the many shapes of input: what a person would name the deed by. */
const TELLING = ["path", "file_path", "filePath", "command", "pattern", "query", "url"];

function subject(input: string): string {
  const text = input.trim();
  if (!text.startsWith("{")) return text;
  const fields = parsed(text);
  const key = TELLING.find((name) => typeof fields[name] === "string");
  return key === undefined ? "" : String(fields[key]);
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object.assign({}, JSON.parse(text) as unknown);
  } catch {
    return {};
  }
}

/** What formatting would make something else of stands as code. */
const FORMATTING = /[*_~[\]<>|\\#]/;

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").replaceAll("`", "'").trim();
  const short = line.length > LONGEST ? `${line.slice(0, LONGEST - 1).trimEnd()}…` : line;
  return FORMATTING.test(short) ? `\`${short}\`` : short;
}
