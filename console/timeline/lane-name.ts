import { fitting } from "./text-room.ts";

/** A session key as people read it: what the chat is called, and where it is. */
export interface LaneName {
  readonly name: string;
  readonly place: string;
}

const MOST = 28;

export function laneName(key: string): LaneName {
  const [network = "", account = "", chat = "", thread = "", user = ""] = key
    .split(":")
    .map(readable);
  const inside = [thread, user].filter((part) => part !== "");
  return {
    name: fitting([chat, ...inside].join(" · "), MOST),
    place: fitting(account === "main" ? network : `${network} ${account}`, MOST),
  };
}

/** A name that somebody chose does nothing but stand there. */
function readable(part: string): string {
  return part
    .replaceAll("%3A", ":")
    .replaceAll("%25", "%")
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, "\u{fffd}");
}
