import { readTable } from "./table.ts";

const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;
const DEEP_HEADING = /^ {0,3}#{4,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$/;
const UNDERLINE = /^ {0,3}=+[ \t]*$/;
const IMAGE = /!(\[[^\]\n]*\]\([^()\s]+(?:\([^()\s]*\)[^()\s]*)?(?: "[^"\n]*")?\))/g;

/**
 * Discord shows most of the Markdown that agents write as it is. Its gaps are filled: headings below the third
 * level, underlined headings, images and tables. What would no longer fit into `limit` stays as it was written.
 */
export function formatMarkdown(markdown: string, limit: number): string {
  const formatted = format(markdown);
  return formatted.length <= limit ? formatted : markdown;
}

function format(markdown: string): string {
  const lines = markdown.split("\n");
  const out: string[] = [];
  let fence: string | null = null;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    const [, mark, info = ""] = FENCE.exec(line) ?? [];
    if (fence !== null) {
      out.push(line);
      if (mark?.startsWith(fence) === true && info.trim() === "") fence = null;
      continue;
    }
    // A backtick behind an opening one makes it a code span.
    if (mark !== undefined && !(mark.startsWith("`") && info.includes("`"))) {
      fence = mark;
      out.push(line);
      continue;
    }
    const table = readTable(lines.slice(at));
    if (table !== null) {
      out.push(...table.shown);
      at += table.length - 1;
      continue;
    }
    if (UNDERLINE.test(line) && isText(out.at(-1))) {
      out.push(`# ${out.pop()?.trim() ?? ""}`);
      continue;
    }
    out.push(formatLine(line));
  }
  // An open code block would swallow nothing but itself here, and the next part of the answer there.
  if (fence !== null) out.push(fence);
  return out.join("\n");
}

function formatLine(line: string): string {
  const heading = DEEP_HEADING.exec(line)?.[1];
  if (heading !== undefined) return heading === "" ? "" : `**${heading.replaceAll("**", "")}**`;
  return outsideCode(line, (text) => text.replaceAll(IMAGE, "$1"));
}

/** A line of words that an underline can make a heading of. */
function isText(line: string | undefined): line is string {
  return line !== undefined && line.trim() !== "" && !/^ {0,3}(?:[#>|]|[-*+] |\d+[.)] )/.test(line);
}

function outsideCode(line: string, change: (text: string) => string): string {
  return line
    .split(/(`+[^`]*`+)/)
    .map((piece, index) => (index % 2 === 0 ? change(piece) : piece))
    .join("");
}
