import { createDemoWorker } from "../../../workers/demo/demo-worker.ts";
import { bareEnvironment, createLedger, createTestLog, realClock } from "../ledger.ts";
import { newConversation, turnOf } from "../turns.ts";

/**
 * Stands for a gateway that is about to be killed: runs one conversation for each message in the arguments
 * (instance, boot, messages …), prints its ledger as JSON once all were accepted, and then waits.
 */
const [instance = "", boot = "", ...messages] = process.argv.slice(2);
const ledger = createLedger({ instance, boot });
const worker = createDemoWorker({
  host: ledger,
  clock: realClock,
  environment: bareEnvironment,
  maxProcesses: messages.length,
  wordMs: 0,
  log: createTestLog(),
});

await Promise.all(
  messages.map(async (text) => {
    const session = await worker.open(newConversation(), new AbortController().signal);
    const events = session.prompt(turnOf(text))[Symbol.asyncIterator]();
    await events.next();
    // Quick scripts are let end: what they leave behind is there then.
    if (text === "orphan") while ((await events.next()).done !== true);
  }),
);
process.stdout.write(`${JSON.stringify([...ledger.rows.values()])}\n`);
setInterval(() => undefined, 60_000);
