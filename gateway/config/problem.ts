import { SluiceError } from "../../sessions/errors.ts";
import type { Place } from "./yaml-file.ts";

/** One thing that is wrong with a configuration. */
export interface Problem {
  /** Where in the file; null = it stands in no file. */
  readonly place: Place | null;
  /** The path of keys, `turns.atOnce`; null = the file as such. */
  readonly key: string | null;
  /** What was found and what is wanted. */
  readonly text: string;
}

/** All problems in one error: nobody should have to find them one start at a time. */
export function problemsError(
  code: "config_invalid" | "config_secret_missing",
  file: string | null,
  problems: readonly Problem[],
): SluiceError {
  const source = file ?? "the defaults and the environment";
  const lines = problems.toSorted(byPlace).map((problem) => `\n  ${lineOf(problem)}`);
  const counted = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const error = new SluiceError(code, `Cannot use ${source}${lines.join("")}\n${counted}`, {
    advice:
      code === "config_secret_missing"
        ? "give the gateway its secrets and start it again"
        : "correct the file and start again; config.example.yaml explains each key",
  });
  found.set(error, problems);
  return error;
}

const found = new WeakMap<SluiceError, readonly Problem[]>();

/** What an error of the configuration lists, in the order of the file; null = it is about something else. */
export function problemsOf(error: SluiceError): readonly Problem[] | null {
  return found.get(error)?.toSorted(byPlace) ?? null;
}

function byPlace(a: Problem, b: Problem): number {
  return (
    (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0)
  );
}

function lineOf({ place, key, text }: Problem): string {
  const where = place === null ? "" : `line ${place.line}, column ${place.column}: `;
  return key === null ? `${where}${text}` : `${where}${key}: ${text}`;
}

export function keyText(path: readonly PropertyKey[]): string {
  return path.map(String).join(".");
}
