import { scrypt, timingSafeEqual } from "node:crypto";

import type { Chance } from "../../sessions/clock.ts";

/** No vowels: no words. No 0 1 I L O U: nothing that is read as another. */
export const CODE_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ";
export const CODE_LENGTH = 8;

/** What is kept of a code. Both in hexadecimal digits. */
export interface HashedCode {
  readonly salt: string;
  readonly hash: string;
}

/** 28⁸ of them, each as likely. */
export function makeCode(chance: Chance): string {
  return Array.from({ length: CODE_LENGTH }, () =>
    CODE_ALPHABET.charAt(chance.int(CODE_ALPHABET.length)),
  ).join("");
}

/** As people read it: `BCDF-2345`. */
export function showCode(code: string): string {
  return `${code.slice(0, CODE_LENGTH / 2)}-${code.slice(CODE_LENGTH / 2)}`;
}

/** What a person typed, as it was made: small letters, spaces and dashes are theirs. */
export function readCode(typed: string): string {
  return typed.toUpperCase().replaceAll(/[^A-Z0-9]/g, "");
}

export async function hashCode(code: string, chance: Chance): Promise<HashedCode> {
  const salt = Array.from({ length: 4 }, () =>
    chance
      .int(2 ** 32)
      .toString(16)
      .padStart(8, "0"),
  ).join("");
  return { salt, hash: (await derive(code, salt)).toString("hex") };
}

export async function isCode(typed: string, { salt, hash }: HashedCode): Promise<boolean> {
  const kept = Buffer.from(hash, "hex");
  const found = await derive(readCode(typed), salt);
  return kept.length === found.length && timingSafeEqual(kept, found);
}

/**
 * A code has 38 bits: whoever reads the store, or a copy of it, could try them all against a plain hash within its
 * hour. At these costs (some 50 ms and 16 MiB each) nobody can.
 */
function derive(code: string, salt: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(code, salt, 32, { N: 2 ** 14, r: 8, p: 1 }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
