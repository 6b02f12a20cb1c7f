import { readFile, stat } from "node:fs/promises";
import type { RawFile } from "@discordjs/rest";

import { textOf } from "../../../sessions/errors.ts";
import type { OutboundFile } from "../../../sessions/message.ts";
import { DISCORD_CAPABILITIES } from "./capabilities.ts";
import type { Failure } from "./failure.ts";

export type Upload = { readonly files: RawFile[] } | { readonly failure: Failure };

/** [E14] The library takes bytes, no stream: the limit keeps them few. */
export async function readUpload(file: OutboundFile | null, signal: AbortSignal): Promise<Upload> {
  if (file === null) return { files: [] };
  const { path, name, mime } = file;
  try {
    const { size } = await stat(path);
    const limit = DISCORD_CAPABILITIES.sendFileLimit;
    if (size > limit) {
      const mebibytes = limit / 2 ** 20;
      return refused(`the file ${name} is larger than the ${mebibytes} MiB that Discord takes`);
    }
    const data = await readFile(path, { signal });
    return { files: [{ name: name === "" ? "file" : name, data, contentType: mime }] };
  } catch (thrown) {
    if (signal.aborted) return { failure: { outcome: "not_sent", reason: "it took too long" } };
    return refused(`the file ${name} cannot be read: ${textOf(thrown)}`);
  }
}

function refused(reason: string): Upload {
  return { failure: { outcome: "refused", reason } };
}
