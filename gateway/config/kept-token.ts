import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import type { Chance } from "../../sessions/clock.ts";
import { SluiceError, textOf } from "../../sessions/errors.ts";
import { Secret } from "./secret.ts";

const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
/** 32 digits of 5 bits: 160 bits of chance. */
const LENGTH = 32;

export interface KeptToken {
  /** Absolute. */
  readonly file: string;
  /** What it opens, for who cannot read it: "the local chat". */
  readonly opens: string;
  readonly advice: string;
}

/** A token made at the first call, readable by this user only, the same ever after. */
export function keptToken({ file, opens, advice }: KeptToken, chance: Chance): Secret {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    return readToken(file) ?? makeToken(file, chance);
  } catch (error) {
    throw new SluiceError(
      "state_unwritable",
      `Cannot read or make the token of ${opens} in ${file} (${textOf(error)})`,
      { advice, cause: error },
    );
  }
}

function readToken(file: string): Secret | null {
  try {
    const value = readFileSync(file, "utf8").trim();
    // Cut off by a crash of the machine: nobody can have used it.
    if (value.length < LENGTH) {
      unlinkSync(file);
      return null;
    }
    return new Secret(value);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

function makeToken(file: string, chance: Chance): Secret {
  const value = Array.from({ length: LENGTH }, () => DIGITS.charAt(chance.int(32))).join("");
  const own = `${file}.${value.slice(0, 8)}`;
  writeFileSync(own, `${value}\n`, { mode: 0o600, flag: "wx", flush: true });
  try {
    // A link appears whole or not at all, and never replaces: of two starts at once, one token wins.
    linkSync(own, file);
    return new Secret(value);
  } catch (error) {
    const other = readToken(file);
    if (other === null) throw error;
    return other;
  } finally {
    unlinkSync(own);
  }
}
