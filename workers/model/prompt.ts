import type { EntryBody } from "../../sessions/transcript.ts";
import type { WorkerTurn } from "../worker.ts";
import { fileParts, type FileOptions, type UserPart } from "./file-parts.ts";
import type { Prompt, PromptMessage } from "./endpoint.ts";
import { namer } from "./namer.ts";
import { tokensIn, trim, type Group } from "./trim.ts";
import { toToolPair } from "./tool-pair.ts";

export interface PromptOptions extends FileOptions {
  readonly system: string | null;
  readonly maxInputTokens: number;
}

/**
 * What the model is given: the system's words, as much of the transcript as fits, and last one message of
 * the person, which begins with the note of a restart. People and model speak in turns, which some endpoints demand.
 */
export async function toPrompt(turn: WorkerTurn, options: PromptOptions): Promise<Prompt> {
  const { system } = options;
  const latest = await latestMessage(turn, options);
  const budget =
    options.maxInputTokens - tokensIn(latest) - (system === null ? 0 : tokensIn(system));
  const { groups, isCut } = trim(toGroups(turn), budget);
  const before = groups.flatMap((group) => group.messages);
  const beginsInAnswer = before[0] !== undefined && before[0].role !== "user";
  const lead: PromptMessage[] =
    isCut || beginsInAnswer ? [userMessage([{ type: "text", text: LEFT_OUT }])] : [];
  return [
    ...(system === null ? [] : [{ role: "system" as const, content: system }]),
    ...inTurns([...lead, ...before, latest]),
  ];
}

const LEFT_OUT = "[Earlier parts of this conversation are left out here.]";

async function latestMessage(turn: WorkerTurn, options: FileOptions): Promise<PromptMessage> {
  const named = namer(turn);
  const parts: UserPart[] = turn.note === null ? [] : [{ type: "text", text: turn.note.text }];
  for (const message of turn.messages) {
    if (message.text !== "") parts.push({ type: "text", text: named(message) });
    for (const file of message.attachments) parts.push(await fileParts(file, options));
  }
  // A model is never asked with nothing: some endpoints refuse it, and none knows what to do.
  if (turn.messages.length === 0) parts.push({ type: "text", text: "Go on." });
  else if (parts.length === 0) parts.push({ type: "text", text: "(a message without words)" });
  return userMessage(parts);
}

/** What belongs together: a tool call and its result are never apart. */
function toGroups(turn: WorkerTurn): readonly Group[] {
  const named = namer(turn);
  return turn.transcript.flatMap(({ body }, index): Group[] => {
    const messages = toMessages(body, { index, named });
    return messages.length === 0 ? [] : [{ messages }];
  });
}

function toMessages(
  body: EntryBody,
  { index, named }: { readonly index: number; readonly named: ReturnType<typeof namer> },
): PromptMessage[] {
  switch (body.kind) {
    case "user": {
      const files = body.attachments.map(({ name, kind }) => `[attached: ${name || kind}]`);
      const words = [body.text === "" ? "" : named(body), ...files].filter((part) => part !== "");
      return words.length === 0 ? [] : [userMessage([{ type: "text", text: words.join("\n") }])];
    }
    case "assistant": {
      if (body.text.trim() === "") return [];
      const text = body.partial ? `${body.text}\n[cut short here]` : body.text;
      return [{ role: "assistant", content: [{ type: "text", text }] }];
    }
    case "tool":
      return toToolPair(body, index);
    case "note":
      return [userMessage([{ type: "text", text: body.text }])];
  }
}

function userMessage(content: UserPart[]): PromptMessage & { readonly role: "user" } {
  return { role: "user", content };
}

/** What one side says in several messages is one; of words that follow each other one text. */
function inTurns(messages: readonly PromptMessage[]): PromptMessage[] {
  const joined: PromptMessage[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    if (message.role === "user" && last?.role === "user") {
      joined[joined.length - 1] = userMessage([...last.content, ...message.content]);
    } else if (message.role === "assistant" && last?.role === "assistant") {
      joined[joined.length - 1] = {
        role: "assistant",
        content: [...last.content, ...message.content],
      };
    } else joined.push(message);
  }
  return joined.map((message) => {
    switch (message.role) {
      case "user":
        return userMessage(joinTexts(message.content));
      case "assistant":
        return { ...message, content: joinTexts(message.content) };
      case "system":
      case "tool":
        return message;
    }
  });
}

function joinTexts<Part extends { readonly type: string }>(parts: readonly Part[]): Part[] {
  const joined: Part[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (isText(part) && last !== undefined && isText(last)) {
      joined[joined.length - 1] = { ...part, text: `${last.text}\n\n${part.text}` };
    } else joined.push(part);
  }
  return joined;
}

function isText<Part extends { readonly type: string }>(
  part: Part,
): part is Part & { readonly type: "text"; readonly text: string } {
  return part.type === "text";
}
