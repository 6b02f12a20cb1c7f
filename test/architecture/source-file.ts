import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/** A source file as the rules look at it. */
export interface SourceFile {
  /** From the root of the repository, with slashes. */
  readonly path: string;
  readonly text: string;
  /** The text without comments and without what stands in strings; places are kept. */
  readonly code: string;
  readonly imports: readonly Import[];
}

export interface Import {
  /** A path from the root, or the name of a package. */
  readonly target: string;
  readonly isPackage: boolean;
  readonly isTypeOnly: boolean;
}

export function sourceFile(path: string, text: string): SourceFile {
  const code = codeOf(text);
  return { path, text, code, imports: importsOf(path, text, code) };
}

const ROOMS = [
  "cli",
  "gateway",
  "adapters",
  "workers",
  "sessions",
  "console",
  "test",
  "bench",
  "deploy",
];

export function readSourceFiles(root: string): readonly SourceFile[] {
  const paths = ROOMS.flatMap((room) => filesUnder(root, room));
  return paths
    .filter((path) => /\.[cm]?[jt]sx?$/.test(path))
    .map((path) => sourceFile(path, readFileSync(join(root, path), "utf8")));
}

function filesUnder(root: string, directory: string): readonly string[] {
  try {
    return readdirSync(join(root, directory), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
  } catch {
    return [];
  }
}

/** Blanks comments and the insides of strings, templates and regular expressions. */
export function codeOf(text: string): string {
  const out: string[] = [];
  /** For each template we are inside the `${}` of: how many braces are open in it. */
  const nested: number[] = [];
  let last = "";
  let at = 0;

  const blank = (until: number): void => {
    for (; at < until && at < text.length; at += 1) out.push(text[at] === "\n" ? "\n" : " ");
  };
  const keep = (): void => {
    const letter = text[at] ?? "";
    out.push(letter);
    if (letter.trim() !== "") last = letter;
    at += 1;
  };
  const template = (): void => {
    while (at < text.length) {
      if (text[at] === "\\") blank(at + 2);
      else if (text[at] === "`") return keep();
      else if (text.startsWith("${", at)) {
        keep();
        keep();
        nested.push(0);
        return;
      } else blank(at + 1);
    }
  };

  while (at < text.length) {
    const letter = text[at] ?? "";
    if (text.startsWith("//", at) || (at === 0 && text.startsWith("#!"))) {
      blank(endOf(text, "\n", at));
    } else if (text.startsWith("/*", at)) blank(endOf(text, "*/", at + 2) + 2);
    else if (letter === '"' || letter === "'") {
      keep();
      blank(endOfQuoted(text, letter, at));
      keep();
    } else if (letter === "`") {
      keep();
      template();
    } else if (letter === "/" && (last === "" || "(,=:[!&|?{};>+".includes(last))) {
      keep();
      blank(endOfRegExp(text, at));
      keep();
    } else if (letter === "{" || letter === "}") {
      const open = nested.at(-1);
      keep();
      if (open === undefined) continue;
      if (letter === "}" && open === 0) {
        nested.pop();
        template();
      } else nested[nested.length - 1] = open + (letter === "{" ? 1 : -1);
    } else keep();
  }
  return out.join("");
}

function endOf(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found === -1 ? text.length : found;
}

function endOfQuoted(text: string, quote: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== quote && text[at] !== "\n") {
    at += text[at] === "\\" ? 2 : 1;
  }
  return at;
}

function endOfRegExp(text: string, from: number): number {
  let at = from;
  let isInClass = false;
  while (at < text.length && text[at] !== "\n" && (isInClass || text[at] !== "/")) {
    if (text[at] === "[") isInClass = true;
    if (text[at] === "]") isInClass = false;
    at += text[at] === "\\" ? 2 : 1;
  }
  return at;
}

function importsOf(path: string, text: string, code: string): readonly Import[] {
  const found = code.matchAll(/\b(import|export)\b([^;"']*?\bfrom)?\s*\(?\s*["']/g);
  return [...found].map((match) => {
    const start = match.index + match[0].length;
    const specifier = text.slice(start, endOfQuoted(text, text[start - 1] ?? "", start));
    const isPackage = !specifier.startsWith(".");
    return {
      target: isPackage ? packageOf(specifier) : posix.join(posix.dirname(path), specifier),
      isPackage,
      isTypeOnly: /^\s*type\b(?!\s+from\b)/.test(match[2] ?? ""),
    };
  });
}

function packageOf(specifier: string): string {
  if (specifier.startsWith("node:")) return specifier;
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}
