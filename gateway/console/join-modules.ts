import { setImmediate } from "node:timers/promises";

/** A module of the page, its types taken away. */
export type ReadModule = (path: string) => string;

const IMPORT = /^import \{([^}]*)\} from "([^"]+)";\n/gm;
const EXPORT = /^export ((?:async )?(?:function\*?|const|class) ([\w$]+))/gm;
const OTHER = /^(?:import|export)\b.*|\bimport\s*[.(].*/m;

/**
 * All modules that `entry` needs as one script, each in a function of its own: a hundred small files would take a
 * browser a hundred requests, and twice the bytes. Packages are imported as they are. It knows the few forms in which
 * this repository imports and exports, and throws at any other; the page's own test then fails.
 */
export async function joinModules(entry: string, read: ReadModule): Promise<string> {
  const packages = new Map<string, string>();
  const modules = new Map<string, string>();
  const bodies: string[] = [];
  const under: string[] = [];

  async function add(path: string): Promise<string> {
    const known = modules.get(path);
    if (known !== undefined) return known;
    if (under.includes(path))
      throw new Error(`${[...under, path].join(" > ")}: a circle of imports`);
    under.push(path);
    // The gateway has other things to do than this.
    await setImmediate();
    const imports: string[] = [];
    const text = read(path);
    for (const [, names = "", from = ""] of text.matchAll(IMPORT)) {
      const source = from.startsWith(".") ? await add(resolve(from, path)) : packageOf(from);
      const taken = namesIn(names);
      if (taken !== "") imports.push(`const { ${taken} } = ${source};\n`);
    }
    const exports = [...text.matchAll(EXPORT)].map(([, , name = ""]) => name);
    const code = text.replaceAll(IMPORT, "").replaceAll(EXPORT, "$1");
    const other = OTHER.exec(code)?.[0];
    if (other !== undefined) throw new Error(`${path} cannot be joined: ${other}`);
    under.pop();
    const name = `$m${modules.size}`;
    modules.set(path, name);
    const given = `return { ${exports.join(", ")} };\n`;
    bodies.push(`const ${name} = (() => {\n${imports.join("")}${code}${given}})();\n`);
    return name;
  }

  function packageOf(from: string): string {
    const name = packages.get(from) ?? `$p${packages.size}`;
    packages.set(from, name);
    return name;
  }

  await add(entry);
  const head = [...packages].map(([from, name]) => `import * as ${name} from "${from}";\n`);
  return [...head, ...bodies].join("");
}

function resolve(from: string, path: string): string {
  return new URL(from, `file://${path}`).pathname;
}

/** `a, b as c` as a pattern takes it apart. */
function namesIn(text: string): string {
  const names = text.split(",").map((name) => name.trim());
  return names
    .filter((name) => name !== "")
    .join(", ")
    .replaceAll(/(\w+) as (\w+)/g, "$1: $2");
}
