import type { PromptMessage } from "./endpoint.ts";

/** Messages that are kept or left out together. */
export interface Group {
  readonly messages: readonly PromptMessage[];
}

/** The newest groups that fit into so many tokens: the oldest are left out first. */
export function trim(
  groups: readonly Group[],
  budget: number,
): { readonly groups: readonly Group[]; readonly isCut: boolean } {
  let left = budget;
  let first = groups.length;
  for (; first > 0; first -= 1) {
    const group = groups[first - 1];
    left -= group?.messages.reduce((sum, message) => sum + tokensIn(message), 0) ?? 0;
    if (left < 0) break;
  }
  if (first === 0) return { groups, isCut: false };
  return { groups: groups.slice(first), isCut: true };
}

/** Of the frame around each message. */
const FRAME_TOKENS = 8;
const IMAGE_TOKENS = 1200;

/** Estimated, rather too many than too few: four letters of a Latin script are one, other letters are one each. */
export function tokensIn(what: string | PromptMessage): number {
  if (typeof what === "string") {
    const others = what.match(/[^\u0020-\u007e\s]/g)?.length ?? 0;
    return FRAME_TOKENS + others + Math.ceil((what.length - others) / 4);
  }
  if (what.role === "system") return tokensIn(what.content);
  let sum = FRAME_TOKENS;
  for (const part of what.content) {
    sum +=
      part.type === "text"
        ? tokensIn(part.text)
        : part.type === "file"
          ? IMAGE_TOKENS
          : tokensIn(JSON.stringify(part));
  }
  return sum;
}
