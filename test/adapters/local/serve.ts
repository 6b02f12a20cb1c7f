import { realChance, realClock } from "../../../sessions/real-time.ts";
import { createLocalAdapter } from "../../../adapters/local/local-adapter.ts";
import type { OutboxId } from "../../../sessions/ids.ts";
import { createRecordingHost } from "../recording-host.ts";

/** A local chat in a process of its own, that echoes; to be killed. `serve.ts <file> <token>` prints its address. */
const [file = "", token = ""] = process.argv.slice(2);
const quiet = (): void => {};
const signal = new AbortController().signal;
const adapter = createLocalAdapter({
  account: "main",
  host: "127.0.0.1",
  port: 0,
  token,
  file,
  clock: realClock,
  chance: realChance,
  log: { info: quiet, warn: quiet, error: quiet },
});
const host = createRecordingHost();
host.onStored = (message) => {
  const id = `out_${message.externalId}` as OutboxId;
  const reply = {
    text: `echo ${message.text}`,
    buttons: [],
    file: null,
    replyTo: message.externalId,
  };
  void adapter
    .send(message.address, reply, { id, uncertain: false, signal })
    .then((result) => process.stdout.write(`${JSON.stringify(result)}\n`));
};
await adapter.connect(host, signal);
process.stdout.write(`${adapter.url()}\n`);
