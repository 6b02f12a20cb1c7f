import * as account from "./account-methods.ts";
import * as edits from "./edits.ts";
import * as media from "./media.ts";
import type { Method } from "./method.ts";
import * as sends from "./sends.ts";

/** By name in lower case: Telegram does not tell them apart by case. */
export const METHODS: ReadonlyMap<string, Method> = new Map(
  Object.entries({ ...account, ...edits, ...media, ...sends })
    .filter(([name]) => name !== "menuKeyOf")
    .map(([name, method]) => [name.toLowerCase(), method as Method]),
);
