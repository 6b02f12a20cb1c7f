import { stripTypeScriptTypes } from "node:module";

/**
 * The same program without its types, and without the comments that have lines of their own: they are a seventh of what
 * a first visit would have to fetch.
 */
export function stripTypes(text: string): string {
  return withoutTypes(text)
    .replaceAll(/^[ \t]*\/\*[\s\S]*?\*\/[ \t]*\n/gm, "")
    .replaceAll(/^[ \t]*\/\/.*\n/gm, "")
    .replaceAll(/^[ \t]+\n/gm, "");
}

function withoutTypes(text: string): string {
  // Node says at the first call of a process that this is experimental: in a log, that is nobody's to act on.
  const warn = process.emitWarning;
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(text);
  } finally {
    process.emitWarning = warn;
  }
}
