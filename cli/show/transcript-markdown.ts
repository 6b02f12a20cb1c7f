import { transcriptLine } from "../../gateway/report/transcript-line.ts";
import type { SessionExport } from "../../gateway/report/session-export.ts";
import type { TranscriptEntry } from "../../sessions/transcript.ts";

/** A page for people. What was said in a chat is quoted, so that it cannot pass for a part of the page. */
export function transcriptMarkdown({ key, conversations, isWhole }: SessionExport): string {
  const pages = conversations.map(({ session, entries }) =>
    [`## ${session}`, ...entries.map(entryText)].join("\n\n"),
  );
  const note = isWhole ? [] : ["*The oldest entries are left out.*"];
  return `${[`# ${key}`, ...note, ...pages].join("\n\n")}\n`;
}

/** One entry a line, whole. */
export function transcriptLines({ key, conversations }: SessionExport): string {
  const entries = conversations.flatMap((one) => one.entries);
  return entries.map((entry) => transcriptLine(key, entry)).join("");
}

function entryText({ at, body }: TranscriptEntry): string {
  const time = new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
  switch (body.kind) {
    case "user": {
      const files = body.attachments.map(({ name }) => `attachment: ${name ?? "without a name"}`);
      const said = [body.text, ...files].filter((text) => text !== "").join("\n");
      return `**${oneLine(body.sender.name)}** ${time}\n\n${quoted(said)}`;
    }
    case "assistant":
      return `**agent**${body.partial ? " (cut)" : ""} ${time}\n\n${quoted(body.text)}`;
    case "tool": {
      const result = body.result === null ? "" : `\n\n${quoted(body.result)}`;
      return `tool ${oneLine(body.name)} (${body.state}) ${time}\n\n${quoted(body.input)}${result}`;
    }
    case "note":
      return `note (${body.cause}) ${time}\n\n${quoted(body.text)}`;
  }
}

function quoted(text: string): string {
  return harmless(text)
    .split("\n")
    .map((line) => `> ${line}`.trimEnd())
    .join("\n");
}

function oneLine(text: string): string {
  return harmless(text)
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[*_`[\]<>\\]/g, "\\$&");
}

/** A terminal may show it. */
function harmless(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll(/[^\P{Cc}\n\t]/gu, " ");
}
