/** What a stretch of text is shown as. */
export type Look =
  | { readonly type: Splittable }
  | { readonly type: "blockquote" | "expandable_blockquote" }
  | { readonly type: "code" }
  | { readonly type: "pre"; readonly language?: string }
  | { readonly type: "text_link"; readonly url: string };

/** Looks that may be cut in two without a change to what people see. */
export type Splittable = "bold" | "italic" | "underline" | "strikethrough" | "spoiler";

export interface Span {
  readonly look: Look;
  readonly start: number;
  readonly end: number;
}

/** A text as it is written, with the looks of its stretches; they nest, since they are written from a tree. */
export interface Sheet {
  text: string;
  readonly spans: Span[];
  /** Stands before each line: the room of a list's items. */
  indent: string;
  /** Leaves out what may make the text longer than its source. */
  readonly isLean: boolean;
}

export function emptySheet(isLean: boolean): Sheet {
  return { text: "", spans: [], indent: "", isLean };
}

export function write(sheet: Sheet, text: string): void {
  const isLineStart = sheet.text.endsWith("\n") && text !== "" && !text.startsWith("\n");
  if (isLineStart) sheet.text += sheet.indent;
  sheet.text += sheet.indent === "" ? text : text.replaceAll(/\n(?=[^\n])/g, `\n${sheet.indent}`);
}

/** What `inner` writes gets this look. */
export function writeAs(sheet: Sheet, look: Look, inner: () => void): void {
  const start = sheet.text.length;
  inner();
  sheet.spans.push({ look, start, end: sheet.text.length });
}

export function writeIndented(sheet: Sheet, indent: string, inner: () => void): void {
  const before = sheet.indent;
  sheet.indent = indent;
  inner();
  sheet.indent = before;
}
