import { createHash, createHmac, timingSafeEqual } from "node:crypto";

import type { Clock } from "../../sessions/clock.ts";
import type { Secret } from "../config/secret.ts";

const DAY_SECONDS = 24 * 3600;
const LASTS_SECONDS = 30 * DAY_SECONDS;

/** Who is let in: by the token itself, or by a cookie that was given for it. */
export interface Pass {
  isToken(given: string): boolean;
  /** A `Set-Cookie` header. `isEncrypted`: for encrypted connections alone. */
  cookie(isEncrypted: boolean): string;
  /** Whether a `Cookie` header holds one of ours that still counts. */
  isInCookies(header: string | undefined): boolean;
}

/**
 * The cookie is not the token but an hour of its end, signed with a key made from the token: nothing is stored, so that it
 * outlives the gateway, and a new token ends them all.
 */
export function createPass(token: Secret, clock: Pick<Clock, "now">): Pass {
  const wanted = digest(token.reveal());
  const key = createHmac("sha256", token.reveal()).update("sluice console cookie").digest();
  // Browsers share cookies between the ports of a host: two gateways on it must not overwrite each other's.
  const name = `sluice_${digest(`name of ${token.reveal()}`).toString("hex").slice(0, 12)}`;
  const sign = (until: string): Buffer => createHmac("sha256", key).update(until).digest();
  return {
    isToken: (given) => timingSafeEqual(digest(given), wanted),
    cookie(isEncrypted) {
      const until = String(Math.floor(clock.now() / 1000) + LASTS_SECONDS);
      const value = `${until}.${sign(until).toString("base64url")}`;
      return `${name}=${value}; Path=/; Max-Age=${LASTS_SECONDS}; HttpOnly; SameSite=Strict${isEncrypted ? "; Secure" : ""}`;
    },
    isInCookies(header = "") {
      return header.split(";").some((pair) => {
        const [, found, until = "", signature = ""] =
          /^\s*(\w+)=(\d{1,12})\.([\w-]{43})\s*$/.exec(pair) ?? [];
        if (found !== name) return false;
        const isSigned = timingSafeEqual(Buffer.from(signature, "base64url"), sign(until));
        return isSigned && Number(until) * 1000 > clock.now();
      });
    },
  };
}

/** Digests have one length, which the constant-time comparison needs. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
