import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { textOf } from "../../sessions/errors.ts";
import type { TurnId } from "../../sessions/ids.ts";
import type { Address, OutboundFile } from "../../sessions/message.ts";
import type { Core } from "../core.ts";
import { outgoingPlace, PRIVATE } from "./places.ts";

const NAME = "answer.md";

/** An answer that would be many messages, as a file; null = it is sent as messages. */
export async function wholeAnswer(
  core: Core,
  answer: { readonly turn: TurnId; readonly address: Address; readonly text: string },
): Promise<OutboundFile | null> {
  const { fileAbove } = core.settings.delivery;
  const { sendFileLimit } = core.networks.capabilities(answer.address);
  if (fileAbove === 0 || answer.text.length <= fileAbove || sendFileLimit <= 0) return null;
  const bytes = Buffer.from(answer.text);
  if (bytes.length > sendFileLimit) return null;
  // A name of its own each time: an earlier, shorter one may be on its way.
  const path = join(outgoingPlace(core, answer.turn), core.ids.outbox(), NAME);
  try {
    await mkdir(dirname(path), { recursive: true, mode: PRIVATE.directory });
    await writeFile(path, bytes, { mode: PRIVATE.file, flag: "wx", flush: true });
    return { path, name: NAME, mime: "text/markdown", size: bytes.length };
  } catch (error) {
    core.log.warn({ turn: answer.turn, error: textOf(error) }, "long answer not kept as a file");
    return null;
  }
}
