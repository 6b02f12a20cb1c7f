import { Command, InvalidArgumentError } from "commander";
import { printJson, printLines } from "../print.ts";
import type { CommandHost } from "../program.ts";
import { commonOptions, controlOf } from "../settings.ts";
import { sessionLines, sessionsTable } from "../show/session-text.ts";

export function sessionsCommand(host: CommandHost): Command {
  return new Command("sessions")
    .description("Look at conversations, and put them right.")
    .addCommand(listCommand(host))
    .addCommand(showCommand(host))
    .addCommand(actCommand(host, "release"))
    .addCommand(actCommand(host, "resume"))
    .addCommand(actCommand(host, "stop"))
    .addCommand(actCommand(host, "forget"));
}

interface ListOptions {
  readonly status?: string;
  readonly limit: number;
  readonly after?: string;
}

function listCommand({ shell }: CommandHost): Command {
  return new Command("list")
    .description("List sessions, the latest first.")
    .option(
      "-s, --status <status>",
      "only those that are active (with a turn), idle, running, suspended, …",
    )
    .option("-n, --limit <number>", "at most so many", wholeNumber, 50)
    .option("--after <place>", "go on where an earlier list ended")
    .action(async (given: ListOptions, command: Command) => {
      const options = commonOptions(command);
      const page = await controlOf(shell, options).sessions({
        status: given.status ?? null,
        limit: given.limit,
        after: given.after ?? null,
      });
      if (options.json) return printJson(shell, page);
      if (page.items.length === 0) return printLines(shell, ["No sessions."]);
      printLines(shell, [sessionsTable(page.items, shell.clock.now())]);
      if (page.next !== null)
        printLines(shell, [`More: sluice sessions list --after ${page.next}`]);
    });
}

function showCommand({ shell }: CommandHost): Command {
  return new Command("show")
    .description("Show one session: state, queue, transcript.")
    .argument("<key>", "session key, network:account:chat")
    .action(async (key: string, _options: unknown, command: Command) => {
      const options = commonOptions(command);
      const session = await controlOf(shell, options).session(key);
      if (options.json) printJson(shell, session);
      else printLines(shell, sessionLines(session, shell.clock.now()));
    });
}

const ACTS = {
  release: {
    does: "Let a suspended conversation go on.",
    done: "released: its next message continues it",
    nothing: "nothing to release: it is not suspended",
  },
  resume: {
    does: "Let a conversation that was cut go on now, a suspended one too.",
    done: "goes on",
    nothing: "nothing to go on with: it was not cut",
  },
  stop: {
    does: "Stop the turn that runs in a session.",
    done: "its turn was asked to stop",
    nothing: "nothing to stop: no turn runs",
  },
  forget: {
    does: "Remove a session with all its transcripts.",
    done: "forgotten",
    nothing: "nothing to forget: there is no such session",
  },
};

function actCommand({ shell, finish }: CommandHost, verb: keyof typeof ACTS): Command {
  const words = ACTS[verb];
  return new Command(verb)
    .description(words.does)
    .argument("<key>", "session key, network:account:chat")
    .action(async (key: string, _options: unknown, command: Command) => {
      const options = commonOptions(command);
      const client = controlOf(shell, options);
      const acts = {
        release: client.release,
        resume: client.resume,
        stop: client.stopTurn,
        forget: client.forget,
      };
      const done = await acts[verb](key);
      if (options.json) printJson(shell, { key, done });
      else printLines(shell, [`${key}: ${done ? words.done : words.nothing}`]);
      finish(done ? 0 : 1);
    });
}

export function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError("Give a whole number, for example 50.");
}
