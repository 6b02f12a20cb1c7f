import { Command } from "commander";
import type { AnswerDecision, AnswerReport } from "../../gateway/operations.ts";
import { printJson, printLines } from "../print.ts";
import type { CommandHost } from "../program.ts";
import { commonOptions, controlOf } from "../settings.ts";
import { formatSpan } from "../show/span.ts";
import { formatTable } from "../show/table.ts";

export function requestsCommand(host: CommandHost): Command {
  return new Command("requests")
    .description("Questions of agents that wait for a person.")
    .addCommand(listCommand(host))
    .addCommand(
      answerCommand(host, "allow")
        .description("Allow one.")
        .option("--always", "from now on, in this chat"),
    )
    .addCommand(answerCommand(host, "deny").description("Deny one."));
}

function listCommand({ shell }: CommandHost): Command {
  return new Command("list")
    .description("List those that are open.")
    .action(async (_options: unknown, command: Command) => {
      const options = commonOptions(command);
      const items = await controlOf(shell, options).requests();
      if (options.json) return printJson(shell, { items });
      if (items.length === 0) return printLines(shell, ["No open requests."]);
      const now = shell.clock.now();
      const lines = items.map(({ id, key, openedAt, expiresAt, title }) => [
        id,
        key,
        formatSpan(now - openedAt),
        formatSpan(expiresAt - now),
        title.replaceAll(/\s+/g, " "),
      ]);
      printLines(shell, [formatTable([["ID", "SESSION", "AGE", "EXPIRES IN", "WHAT"], ...lines])]);
    });
}

function answerCommand({ shell, finish }: CommandHost, verb: "allow" | "deny"): Command {
  return new Command(verb)
    .argument("<id>", "its id, as the list shows it")
    .action(async (id: string, given: { always?: true }, command: Command) => {
      const options = commonOptions(command);
      const decision: AnswerDecision = given.always === true ? "always" : verb;
      const report = await controlOf(shell, options).answer(id, decision, shell.user);
      if (options.json) printJson(shell, { id, ...report });
      else printLines(shell, [`${id}: ${reportWords(report, verb)}`]);
      finish(report.outcome === "answered" ? 0 : 1);
    });
}

function reportWords(report: AnswerReport, verb: "allow" | "deny"): string {
  switch (report.outcome) {
    case "answered":
      return verb === "allow" ? "allowed" : "denied";
    case "already":
      return `settled already: ${report.state.replaceAll("_", " ")}${report.by === null ? "" : ` by ${report.by}`}`;
    case "not_offered":
      return "cannot be allowed for good: approve.always of its agent is off";
    case "unknown":
      return "there is no such request";
  }
}
