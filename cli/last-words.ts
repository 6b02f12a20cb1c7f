import { inspect } from "node:util";
import { withoutSecrets } from "../gateway/config/known-secrets.ts";

/** What a process that dies of a fault of ours says: requests and their addresses hang on errors, and in them tokens. */
export function lastWords(fault: unknown): string {
  return `sluice: died of a fault of its own\n${withoutSecrets(inspect(fault))}\n`;
}
