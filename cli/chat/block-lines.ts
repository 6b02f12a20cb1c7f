import { sizeWords } from "../../gateway/files/size-words.ts";
import type { ShownMessage } from "./shown.ts";
import { toPrintable, widthOf, wrap } from "./text-width.ts";

export interface Look {
  readonly columns: number;
  readonly hasColour: boolean;
  /** Who reads: their own messages are marked as theirs. */
  readonly user: string;
  /** The local chat, where files are to be had. */
  readonly url: string;
}

/** `sending`: typed here, and not yet confirmed by the gateway. */
export type Progress = "shown" | "sending";

type Style = "bold" | "dim" | "cyan" | "green" | "yellow";

const CODES: Readonly<Record<Style, number>> = { bold: 1, dim: 2, green: 32, yellow: 33, cyan: 36 };
const LABEL = 7;

/** A message as lines that each fit the terminal. */
export function formatMessage(message: ShownMessage, progress: Progress, look: Look): string[] {
  const label = labelOf(message);
  const indent = " ".repeat(LABEL);
  const isWithout = message.text === "" && message.files.length > 0;
  const body = isWithout ? [] : wrap(toPrintable(message.text), look.columns - LABEL);
  const files = message.files.length === 0 ? [] : formatFiles(message, look.url).split("\n");
  const buttons = wrap(formatButtons(message), look.columns - LABEL).filter((line) => line !== "");
  const isLong = widthOf(label) >= LABEL;
  const colour = styleOf(message, look.user);
  const head = paint(isLong ? label : label.padEnd(LABEL), colour, look);
  const lines = [
    ...body.map((line) => (progress === "sending" ? paint(line, "dim", look) : line)),
    ...files.flatMap((line) => wrap(line, look.columns - LABEL)),
    ...buttons.map((line) => paint(line, "bold", look)),
  ];
  const [first = "", ...more] = lines;
  if (isLong) return [head, ...lines.map((line) => indent + line)];
  return [(head + first).trimEnd(), ...more.map((line) => (line === "" ? "" : indent + line))];
}

export function formatNotice(text: string, look: Omit<Look, "user" | "url">): string[] {
  return wrap(`· ${toPrintable(text)}`, look.columns).map((line) => paint(line, "dim", look));
}

/** As they are chosen: by their number, counted over all rows. */
export function formatButtons(message: ShownMessage): string {
  let number = 0;
  return message.buttons
    .map((row) =>
      row
        .map((button) => {
          number += 1;
          return `[${number}] ${toPrintable(button.label).replaceAll("\n", " ")}`;
        })
        .join("  "),
    )
    .join("\n");
}

/** A line each: what it is, and where it is to be had once the chat has it. */
export function formatFiles({ files }: Pick<ShownMessage, "files">, url: string): string {
  return files
    .map(({ id, name, size }) => {
      const what = `[file] ${toPrintable(name).replaceAll("\n", " ")} (${sizeWords(size)})`;
      return id === "" ? what : `${what} ${url}/v1/files/${id}`;
    })
    .join("\n");
}

export function labelOf({ from, thread }: ShownMessage): string {
  const who = from.kind === "agent" ? "agent" : from.name;
  const whole = thread === null ? who : `${who} #${thread}`;
  return toPrintable(whole).replaceAll("\n", " ");
}

export function paint(text: string, style: Style, look: Pick<Look, "hasColour">): string {
  return look.hasColour && text !== "" ? `\u001B[${CODES[style]}m${text}\u001B[0m` : text;
}

function styleOf({ from }: ShownMessage, user: string): Style {
  if (from.kind === "agent") return "green";
  return from.id === user ? "cyan" : "yellow";
}
