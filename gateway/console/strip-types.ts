import { stripTypeScriptTypes } from "node:module";

/** The same program without its types; each line stays where it was. */
export function stripTypes(text: string): string {
  // Node says at the first call of a process that this is experimental: in a log, that is nobody's to act on.
  const warn = process.emitWarning;
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(text);
  } finally {
    process.emitWarning = warn;
  }
}
