import { Command, InvalidArgumentError } from "commander";
import type { ControlClient } from "../../gateway/control/client.ts";
import { sleep } from "../../sessions/clock.ts";
import { SluiceError } from "../../sessions/errors.ts";
import type { StoredEvent } from "../../sessions/rows.ts";
import { onceAPress } from "../once-a-press.ts";
import type { CommandHost } from "../program.ts";
import { commonOptions, controlOf } from "../settings.ts";
import { eventLine } from "../show/event-line.ts";

interface EventsOptions {
  readonly after: number;
  readonly session?: string;
  readonly follow?: true;
}

export function eventsCommand({ shell }: CommandHost): Command {
  return new Command("events")
    .description(
      "What happened in the sessions, a line each; with --json one JSON document a line.",
    )
    .option("-f, --follow", "go on with what happens, also over restarts")
    .option("--after <number>", "only what came after the event of this number", sequence, 0)
    .option("--session <key>", "only one session")
    .action(async (given: EventsOptions, command: Command) => {
      const options = commonOptions(command);
      const client = controlOf(shell, options);
      const show = (event: StoredEvent): void => {
        shell.out.write(`${options.json ? JSON.stringify(event) : eventLine(event)}\n`);
      };
      const reading = { client, after: given.after, key: given.session ?? null };
      if (given.follow !== true) {
        for await (const event of kept(reading)) show(event);
        return;
      }
      const left = new AbortController();
      const forget = onceAPress(shell, () => left.abort());
      try {
        const wait = (): Promise<void> => sleep(shell.clock, AGAIN_MS, left.signal);
        for await (const event of followed({ ...reading, wait, signal: left.signal })) show(event);
      } finally {
        forget();
      }
    });
}

const AGAIN_MS = 500;
const PAGE = 500;

interface Reading {
  readonly client: ControlClient;
  readonly after: number;
  readonly key: string | null;
}

/** What the gateway keeps, page by page. */
async function* kept({ client, after, key }: Reading): AsyncIterable<StoredEvent> {
  let place = after;
  for (;;) {
    const page = await client.events({ after: place, key, limit: PAGE });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    place = last.seq;
  }
}

/** The feed ends with its gateway; the next one goes on after the last event that was read. */
async function* followed(
  reading: Reading & { readonly signal: AbortSignal; readonly wait: () => Promise<void> },
): AsyncIterable<StoredEvent> {
  const { client, key, signal } = reading;
  let { after } = reading;
  // A first try that finds no gateway is told; later ones wait for the next.
  let hasMet = false;
  while (!signal.aborted) {
    try {
      for await (const event of client.feed(after, key, signal)) {
        hasMet = true;
        after = event.seq;
        yield event;
      }
      hasMet = true;
    } catch (error) {
      if (signal.aborted) return;
      const isGone = error instanceof SluiceError && error.code === "control_unreachable";
      if (!hasMet || !isGone) throw error;
    }
    await reading.wait();
  }
}

function sequence(text: string): number {
  const number = Number(text);
  if (text !== "" && Number.isSafeInteger(number) && number >= 0) return number;
  throw new InvalidArgumentError("Give the number of an event, as the lines begin with it.");
}
