import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Prints which behaviours of `docs/conformance.md` no test claims, and which ids of tests it does not know. */

export interface Gaps {
  readonly total: number;
  readonly untested: readonly Behaviour[];
  readonly unknown: readonly string[];
}

interface Behaviour {
  readonly id: string;
  readonly says: string;
}

export function findGaps(list: string, tests: readonly string[]): Gaps {
  const behaviours = [...list.matchAll(/^\| ([A-Z]\d\d) \| (.+?) \|$/gm)].map(
    ([, id = "", says = ""]) => ({ id, says }),
  );
  const known = new Set(behaviours.map(({ id }) => id));
  const claimed = new Set(tests.flatMap(claims));
  return {
    total: behaviours.length,
    untested: behaviours.filter(({ id }) => !claimed.has(id)),
    unknown: [...claimed].filter((id) => !known.has(id)).toSorted(),
  };
}

/** `[R04]`, and `[R04, R05]`, in the name of a test. */
function claims(text: string): readonly string[] {
  return [...text.matchAll(/\[([A-Z]\d\d(?:[ ,]+[A-Z]\d\d)*)\]/g)].flatMap(
    ([, ids = ""]) => ids.match(/[A-Z]\d\d/g) ?? [],
  );
}

function print(root: string): void {
  const test = join(root, "test");
  const names = readdirSync(test, { recursive: true, encoding: "utf8" });
  // Contract suites are no test files themselves, and hold the names of many.
  const files = names.filter(
    (name) => /(\.test|contract[\w-]*)\.ts$/.test(name) && !name.includes("conformance-gaps"),
  );
  const { total, untested, unknown } = findGaps(
    readFileSync(join(root, "docs/conformance.md"), "utf8"),
    files.map((name) => readFileSync(join(test, name), "utf8")),
  );
  for (const { id, says } of untested) console.log(`${id}  ${says}`);
  if (unknown.length > 0) console.log(`in tests, but not in the list: ${unknown.join(", ")}`);
  console.log(`${total - untested.length} of ${total} behaviours have a test`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  print(join(import.meta.dirname, ".."));
}
