import type { z } from "zod";

import { foundWords, valueAt } from "./found-words.ts";
import { knownKeys } from "./known-keys.ts";
import { keyText, type Problem } from "./problem.ts";
import { suggestion } from "./suggestion.ts";
import type { YamlFile } from "./yaml-file.ts";

type Issue = z.core.$ZodIssue;

/** What the schema found wrong, in our words and with places. Never the words of the schema library. */
export function schemaProblems(issues: readonly Issue[], yaml: YamlFile): readonly Problem[] {
  const misspelt = new Set(
    issues
      .filter((issue) => issue.code === "unrecognized_keys")
      .map((issue) => keyText(issue.path)),
  );
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") return unknownKeys(issue, yaml);
    // A group with a misspelt key lacks the right one: one mistake, said once.
    if (issue.code === "custom" && misspelt.has(keyText(issue.path))) return [];
    const of = issue.code === "invalid_key" ? "key" : "value";
    return [
      {
        place: yaml.place(issue.path, of),
        key: keyText(issue.path) || null,
        text: textOf(issue, valueAt(yaml.values, issue.path)),
      },
    ];
  });
}

const MOST_UNKNOWN = 50;

function unknownKeys(issue: z.core.$ZodIssueUnrecognizedKeys, yaml: YamlFile): readonly Problem[] {
  const known = knownKeys(yaml.values, issue.path);
  // A file that is something else altogether has them all wrong.
  return issue.keys.slice(0, MOST_UNKNOWN).map((key) => {
    const path = [...issue.path, key];
    const near = suggestion(key, known);
    const hint = near === null ? `known here: ${known.join(", ")}` : `did you mean ${near}?`;
    return { place: yaml.place(path, "key"), key: keyText(path), text: `unknown key; ${hint}` };
  });
}

function textOf(issue: Issue, value: unknown): string {
  const wanted = wantedWords(issue);
  if (issue.code === "invalid_key") return `found this name, wanted ${wanted}`;
  // A secret in the wrong place is not repeated, however short.
  const isSecret = wanted.includes("a secret is never");
  const found = isSecret && value !== null ? "the secret itself" : foundWords(value);
  const quote = wanted.startsWith("text") && typeof value === "number" ? "; put it in quotes" : "";
  return `found ${found}, wanted ${wanted}${quote}${meant(issue, value)}`;
}

function meant(issue: Issue, value: unknown): string {
  const near = typeof value === "string" ? suggestion(value, choices(issue)) : null;
  return near === null ? "" : `; did you mean ${near}?`;
}

function choices(issue: Issue): readonly string[] {
  if (issue.code === "invalid_value") return issue.values.map(String);
  // The kinds of a group, by the key that tells them apart; there, and not yet in the library's types.
  const kinds: unknown = valueAt(issue, ["options"]);
  return Array.isArray(kinds) ? kinds.map(String) : [];
}

function oneOf(words: readonly string[]): string {
  return words.length === 1 ? words.join("") : `one of ${words.join(", ")}`;
}

function wantedWords(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return typeWords(issue);
    case "invalid_union":
      // Of a kind that no key tells apart.
      return choices(issue).length === 0 ? issue.message : oneOf(choices(issue));
    case "invalid_value":
      return oneOf(choices(issue));
    case "too_small":
      return issue.origin === "string"
        ? "text that is not empty"
        : `a number of at least ${issue.minimum}`;
    case "too_big":
      return `a number of at most ${issue.maximum}`;
    case "invalid_key":
      return issue.issues[0]?.message ?? "another name";
    case "invalid_format":
    case "custom":
    case "invalid_element":
    case "not_multiple_of":
    case "unrecognized_keys":
      return issue.message;
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a whole number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a group of keys",
  record: "a group of names",
};

function typeWords(issue: z.core.$ZodIssueInvalidType): string {
  // Our own words, where the schema has some, do not begin as the library's do.
  if (!issue.message.startsWith("Invalid input")) return issue.message;
  return TYPES[issue.expected] ?? issue.expected;
}
