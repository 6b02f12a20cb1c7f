import { h } from "preact";
import type { ComponentChildren } from "preact";
import type { EntryBody, TranscriptEntry } from "../../sessions/transcript.ts";
import { beginningOf, withTurnsTold } from "../chat/visible-text.ts";
import { formatAbsolute } from "../format-time.ts";
import { LongText } from "../long-text.ts";
import type { Tone } from "../status-words.ts";

/** One line of a conversation. */
export function EntryLine({
  entry,
  isOpen,
}: {
  readonly entry: TranscriptEntry;
  /** Its turn goes on: what is said only in part is not cut short yet. */
  readonly isOpen: boolean;
}): ComponentChildren {
  const { body, at } = entry;
  return h(
    "li",
    { class: `entry is-${body.kind}`, title: formatAbsolute(at) },
    contentOf(body, isOpen),
  );
}

function contentOf(body: EntryBody, isOpen: boolean): ComponentChildren {
  switch (body.kind) {
    case "user":
      return [
        h("p", { class: "entry-who", key: "who" }, h("bdi", null, withTurnsTold(body.sender.name))),
        h(LongText, { key: "text", text: body.text }),
        body.attachments.length > 0 &&
          h(
            "ul",
            { class: "entry-files", key: "files" },
            body.attachments.map(({ ref, name, kind }) =>
              h("li", { key: ref }, `${kind}: `, h("bdi", null, name)),
            ),
          ),
      ];
    case "assistant":
      return [
        h(
          "p",
          { class: "entry-who", key: "who" },
          "Agent",
          body.partial &&
            (isOpen
              ? h("span", { class: "badge info" }, "so far")
              : h("span", { class: "badge warn" }, "cut short")),
        ),
        h(LongText, { key: "text", text: body.text }),
      ];
    case "tool":
      return h(ToolCall, { tool: body });
    case "note":
      return [
        h(
          "p",
          { class: "entry-who", key: "who" },
          `Restart note (${body.cause.replace("_", " ")})`,
        ),
        h(LongText, { key: "text", text: body.text }),
      ];
  }
}

type Tool = Extract<EntryBody, { kind: "tool" }>;

const STATES: Readonly<Record<Tool["state"], { word: string; tone: Tone }>> = {
  open: { word: "running", tone: "info" },
  done: { word: "done", tone: "good" },
  failed: { word: "failed", tone: "bad" },
  cancelled: { word: "cancelled", tone: "" },
  unknown: { word: "may or may not have run", tone: "warn" },
};

function ToolCall({ tool }: { readonly tool: Tool }): ComponentChildren {
  const { word, tone } = STATES[tool.state];
  return h(
    "details",
    { class: "tool-call", open: tool.state === "unknown" || tool.state === "failed" },
    h(
      "summary",
      null,
      h(
        "span",
        { class: "tool-name" },
        h("bdi", { class: "mono", dir: "ltr" }, withTurnsTold(beginningOf(tool.name, 200))),
      ),
      h("span", { class: `badge ${tone}` }, word),
    ),
    h("p", { class: "tool-part" }, "Input"),
    h(LongText, { text: tool.input, isCode: true }),
    tool.result !== null && h("p", { class: "tool-part" }, "Result"),
    tool.result !== null && h(LongText, { text: tool.result, isCode: true }),
  );
}
