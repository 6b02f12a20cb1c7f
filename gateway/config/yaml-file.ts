import { readFileSync } from "node:fs";

import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from "yaml";

import { SluiceError, textOf } from "../../sessions/errors.ts";
import type { Problem } from "./problem.ts";

/** A configuration file as plain values, with the places they stand at. */
export interface YamlFile {
  readonly values: unknown;
  /** The value at a path of keys, or its key when `of` says so; the nearest parent when it is missing. */
  place(path: readonly PropertyKey[], of: "key" | "value"): Place;
}

export interface Place {
  readonly line: number;
  readonly column: number;
}

export type ParsedYaml =
  | { readonly outcome: "parsed"; readonly yaml: YamlFile }
  | { readonly outcome: "broken"; readonly problems: readonly Problem[] };

/** Throws `config_unreadable` when the file cannot be read. */
export function readYamlFile(path: string): ParsedYaml {
  return parseYaml(readText(path));
}

/** Some twenty times the example; reading takes time with the square of it. */
const LARGEST = 256 * 1024;

export function parseYaml(text: string): ParsedYaml {
  if (text.length > LARGEST) {
    const found = `${text.length} characters`;
    return brokenAsAWhole(`found ${found}, wanted at most ${LARGEST} in a configuration`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    // Pretty errors would repeat the line, and a line may hold what should have been a secret.
    prettyErrors: false,
    // What is odd is told as a problem, and not printed by the library.
    logLevel: "error",
  });
  const broken = [...document.errors, ...document.warnings].map((error) => ({
    place: placeOf(lines, error.pos[0]),
    key: null,
    text: `broken YAML: ${error.message.replaceAll(/\s+/g, " ").replace(/:? *$/, "")}`,
  }));
  if (broken.length > 0) return { outcome: "broken", problems: broken };
  let values: unknown;
  try {
    values = document.toJS();
  } catch (error) {
    // Aliases that would fill the memory.
    return brokenAsAWhole(`broken YAML: ${textOf(error)}`);
  }
  const yaml: YamlFile = {
    values: values ?? {},
    place: (keys, of) => placeOf(lines, offsetOf(document, keys, of)),
  };
  return { outcome: "parsed", yaml };
}

function brokenAsAWhole(text: string): ParsedYaml {
  return { outcome: "broken", problems: [{ place: { line: 1, column: 1 }, key: null, text }] };
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new SluiceError(
      "config_unreadable",
      `Cannot read the configuration ${path} (${textOf(error)})`,
      {
        advice: "check the path and who may read it, or leave it out to run on defaults",
        cause: error,
      },
    );
  }
}

function offsetOf(
  document: Document.Parsed,
  path: readonly PropertyKey[],
  of: "key" | "value",
): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent: unknown = document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find(
        ({ key }) => isScalar(key) && String(key.value) === String(last),
      );
      const node = of === "key" || length < path.length ? pair?.key : (pair?.value ?? pair?.key);
      if (isNode(node) && node.range) return node.range[0];
    } else {
      const node: unknown = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return node.range[0];
    }
  }
  return isNode(document.contents) ? (document.contents.range?.[0] ?? 0) : 0;
}

function placeOf(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}
