import { Command } from "commander";
import type { PairingReport } from "../../gateway/access/pairing.ts";
import type { Removal } from "../../gateway/access/access-operations.ts";
import { printJson, printLines } from "../print.ts";
import type { CommandHost } from "../program.ts";
import { commonOptions, controlOf } from "../settings.ts";
import { accessText } from "../show/access-text.ts";
import { count, formatSpan } from "../show/span.ts";

export function accessCommand(host: CommandHost): Command {
  return new Command("access")
    .description("Say who may talk to it.")
    .addCommand(listCommand(host))
    .addCommand(approveCommand(host))
    .addCommand(allowCommand(host))
    .addCommand(removeCommand(host, "revoke"))
    .addCommand(removeCommand(host, "deny"));
}

function listCommand({ shell }: CommandHost): Command {
  return new Command("list")
    .description("List who may, and who asks to.")
    .action(async (_options: unknown, command: Command) => {
      const options = commonOptions(command);
      const report = await controlOf(shell, options).access.list();
      if (options.json) printJson(shell, report);
      else printLines(shell, [accessText(report, shell.clock.now())]);
    });
}

interface Granted {
  readonly operator?: true;
}

const OPERATOR = ["--operator", "as an operator"] as const;

function approveCommand({ shell, finish }: CommandHost): Command {
  return new Command("approve")
    .description("Let somebody in by the code they got.")
    .argument("<code>", "the code, as the bot wrote it to them")
    .option(...OPERATOR)
    .action(async (code: string, given: Granted, command: Command) => {
      const options = commonOptions(command);
      const approval = { by: shell.user, standing: standingOf(given) };
      const report = await controlOf(shell, options).access.approve(code, approval);
      if (options.json) printJson(shell, report);
      else printLines(shell, [approvedLine(report)]);
      finish(report.outcome === "approved" ? 0 : 1);
    });
}

function allowCommand({ shell }: CommandHost): Command {
  return whoCommand("allow", "Let somebody in by their id.")
    .option(...OPERATOR)
    .action(async (network: string, user: string, given: Granted, command: Command) => {
      const options = commonOptions(command);
      const approval = { by: shell.user, standing: standingOf(given) };
      const person = await controlOf(shell, options).access.allow({ network, user }, approval);
      if (options.json) printJson(shell, person);
      else printLines(shell, [letInLine(person)]);
    });
}

const REMOVALS = {
  revoke: "Take somebody's access away; what they had running stops.",
  deny: "Keep somebody out for good, without a word.",
};

function removeCommand({ shell, finish }: CommandHost, verb: keyof typeof REMOVALS): Command {
  return whoCommand(verb, REMOVALS[verb]).action(
    async (network: string, user: string, _options: unknown, command: Command) => {
      const options = commonOptions(command);
      const client = controlOf(shell, options).access;
      const removal = await client[verb]({ network, user }, shell.user);
      if (options.json) printJson(shell, removal);
      else printLines(shell, [`${user}: ${removalText(removal)}`]);
      finish(removal.outcome === "nothing" ? 1 : 0);
    },
  );
}

function whoCommand(verb: string, does: string): Command {
  return new Command(verb)
    .description(does)
    .argument("<network>", "name of the network in the configuration")
    .argument("<user>", "id of the person in that network");
}

function standingOf({ operator }: Granted): "user" | "operator" {
  return operator === true ? "operator" : "user";
}

function approvedLine(report: PairingReport): string {
  switch (report.outcome) {
    case "approved":
      return letInLine(report.person);
    case "unknown":
      return "No such code, or its time is over: whoever needs one writes to the bot again.";
    case "limited":
      return `Too many wrong codes: try again in ${formatSpan(report.retryInMs)}, or use sluice access allow.`;
  }
}

function letInLine(person: Extract<PairingReport, { outcome: "approved" }>["person"]): string {
  const as = person.standing === "operator" ? ", as an operator" : "";
  const name = person.name === "" ? "" : ` (${person.name})`;
  return `${person.user}${name} may now talk to it in ${person.network}${as}.`;
}

const OUTCOMES: Readonly<Record<Removal["outcome"], string>> = {
  revoked: "access revoked",
  denied: "denied, whatever the configuration says; sluice access allow takes it back",
  nothing: "nothing to revoke: not let in here",
};

function removalText({ outcome, dropped, stopped, released }: Removal): string {
  const ended = [
    [dropped, "message dropped", "messages dropped"],
    [stopped, "turn stopped", "turns stopped"],
    [released, "cut conversation not continued", "cut conversations not continued"],
  ] as const;
  const words = ended
    .filter(([number]) => number > 0)
    .map(([number, one, many]) => count(number, one, many));
  return [OUTCOMES[outcome], ...words].join("; ");
}
