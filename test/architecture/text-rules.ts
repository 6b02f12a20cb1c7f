import { basename } from "node:path";

import type { SourceFile } from "./source-file.ts";

interface TextRule {
  readonly pattern: RegExp;
  readonly says: string;
  /** Files in which it may stand. */
  readonly except: RegExp;
}

const NOWHERE = /^$/;
const PROVING = /^(test|bench)\//;
/** The programs that start by themselves; a worker's child is one. */
const CLOCKWORK =
  /^(test|bench)\/|^console\/page-clock\.ts$|^cli\/real-shell\.ts$|^sessions\/real-time\.ts$|^workers\/demo\/(child|run)\.ts$/;

/** On code without comments and strings. */
const CODE_RULES: readonly TextRule[] = [
  {
    pattern: /\bprocess\s*\.\s*env\b/,
    says: "only gateway/config reads the environment",
    except: /^gateway\/config\/|^(test|bench)\//,
  },
  {
    pattern: /\bprocess\s*\.\s*(exit\b|exitCode\b)/,
    says: "only cli/main.ts sets an exit code",
    except: /^cli\/main\.ts$|^workers\/\w+\/child\.ts$|^(test|bench)\//,
  },
  { pattern: /\benum\s+\w+\s*\{/, says: "no enum: use a union", except: NOWHERE },
  { pattern: /\b(namespace|module)\s+\w+\s*\{/, says: "no namespace", except: NOWHERE },
  {
    pattern: /\bexport\s+default\b/,
    says: "no default export",
    except: /^test\/closing-line-reporter\.ts$/,
  },
  { pattern: /(?:\bas|[:<,|&(=])\s*any\b(?!\s*\()/, says: "no any: use unknown", except: NOWHERE },
  { pattern: /[\w)\]]!(?=[.;,)\][])/, says: "no non-null assertion", except: NOWHERE },
  {
    pattern: /\bconstructor\s*\([^)]*\b(public|private|protected|readonly)\s+\w+\s*[:?]/,
    says: "no parameter property",
    except: NOWHERE,
  },
  { pattern: /^\s*@\w+(\([^)]*\))?\s*$/m, says: "no decorator", except: NOWHERE },
  { pattern: /\b(private|protected)\s+\w+\s*[(:=;]/, says: "use #private", except: NOWHERE },
  { pattern: /\brequire\s*\(/, says: "no require", except: /^(test|bench)\// },
  {
    pattern: /\bclass\s+\w+(<[^>]*>)?\s+extends\s+(?!Error\b)/,
    says: "no inheritance but Error",
    except: PROVING,
  },
  {
    pattern:
      /\b(Date\.now\b|new Date\(\s*\)|performance\.now\b|Math\.random\b|randomUUID\b|randomBytes\b)/,
    says: "time and chance come in from outside",
    except: CLOCKWORK,
  },
  {
    pattern: /(?<![.\w])(setTimeout|setInterval)\s*\(/,
    says: "timers come in from outside, with the clock",
    // Closing a listener, and leaving, come after the clock's life.
    except:
      /^(test|bench)\/|^console\/page-clock\.ts$|^cli\/(main|real-shell)\.ts$|^sessions\/real-time\.ts$|^workers\/demo\/|^gateway\/control\/listener\.ts$/,
  },
];

/** On the whole text, comments and strings included. */
const RAW_RULES: readonly TextRule[] = [
  {
    pattern: /\b(TODO|FIXME|HACK|XXX)\b|not (yet )?implemented/i,
    says: "nothing is left for later in the code",
    except: /^test\/architecture/,
  },
  {
    pattern: /@ts-(ignore|nocheck|expect-error)|oxlint-disable|eslint-disable/,
    says: "no rule is switched off in a file",
    except: /^test\/architecture/,
  },
];

const SIZES = { file: 250, gateway: 150 };

export function textViolations(file: SourceFile): readonly string[] {
  const { path, text, code } = file;
  return [
    ...broken(CODE_RULES, path, code),
    ...broken(RAW_RULES, path, text),
    ...sizeViolations(path, text),
    ...nameViolations(path),
  ];
}

function broken(rules: readonly TextRule[], path: string, text: string): readonly string[] {
  return rules.flatMap(({ pattern, says, except }) => {
    const found = except.test(path) ? null : pattern.exec(text);
    if (found === null) return [];
    const line = text.slice(0, found.index + found[0].length).split("\n").length;
    return [`${path}:${line}: ${says} (${found[0].trim()})`];
  });
}

function sizeViolations(path: string, text: string): readonly string[] {
  if (PROVING.test(path)) return [];
  const lines = text.trimEnd().split("\n").length;
  const most = path === "gateway/gateway.ts" ? SIZES.gateway : SIZES.file;
  return lines > most ? [`${path} has ${lines} lines, wanted at most ${most}`] : [];
}

const VAGUE = /(^|\/)(utils?|helpers?|common|types|shared|misc|lib|src)(\/|\.[jt]s$)/;

function nameViolations(path: string): readonly string[] {
  const violations: string[] = [];
  const name = basename(path);
  if (/^index\.[cm]?[jt]sx?$/.test(name))
    violations.push(`${path}: no barrel; import from the file`);
  if (VAGUE.test(path)) violations.push(`${path}: the name says nothing; name what is in it`);
  if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.d)?\.[cm]?[jt]sx?$/.test(name)) {
    violations.push(`${path}: file names are kebab-case`);
  }
  return violations;
}
