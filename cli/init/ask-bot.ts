import type { BotInspection } from "../../adapters/bot-inspection.ts";
import type { Clock } from "../../sessions/clock.ts";
import { inspectBot } from "../doctor/inspect-bot.ts";
import type { Questions } from "./questions.ts";
import { API_ROOTS, type BotChoice } from "./setup.ts";

const PLACES = {
  telegram: "the token that @BotFather gave you",
  discord: "the token of the Bot page (discord.com/developers/applications)",
} as const;

interface Wanted {
  readonly adapter: BotChoice["adapter"];
  readonly apiRoot: string | null;
  readonly clock: Clock;
}

/** A bot whose token its network takes, or that the person wants although it could not be asked. */
export async function askBot(questions: Questions, wanted: Wanted): Promise<BotChoice> {
  const { adapter, apiRoot } = wanted;
  for (;;) {
    const token = await questions.writeSecret(`Token: ${PLACES[adapter]}`, (text) =>
      text === "" ? "Paste the token; it is not shown." : null,
    );
    const tried = await tryBot(questions, { ...wanted, token });
    if (tried.next === "another") continue;
    const operators = await questions.write(
      "Your id there, to be its operator (Enter: you are let in by a code instead)",
      { placeholder: "none", check: operatorFault },
    );
    return {
      adapter,
      token,
      apiRoot,
      operators: operators === "" ? [] : [operators],
      name: tried.name,
    };
  }
}

type Tried =
  | { readonly next: "another" }
  /** `name` null: its network could not be asked. */
  | { readonly next: "take"; readonly name: string | null };

async function tryBot(
  questions: Questions,
  bot: Wanted & { readonly token: string },
): Promise<Tried> {
  for (;;) {
    const work = inspectChosen(bot);
    const found = await questions.during("Asking the network about it …", work);
    switch (found.outcome) {
      case "refused":
        questions.warn(`${found.reason}: ${found.advice}`);
        return { next: "another" };
      case "unreachable": {
        questions.warn(`The network cannot be reached: ${found.reason}`);
        const next = await questions.choose("What now?", [
          { value: "again", label: "Try again" },
          { value: "anyway", label: "Go on without asking it" },
        ]);
        if (next === "anyway") return { next: "take", name: null };
        break;
      }
      case "known": {
        for (const line of linesOf(found)) questions.tell(line);
        const broken = found.remarks.filter(({ level }) => level === "fail");
        for (const { about, found: what, advice } of broken) {
          questions.warn(`${about}: ${what}: ${advice ?? ""}`);
        }
        const { name } = found;
        if (broken.length === 0) return { next: "take", name };
        const isMended = await questions.confirm("Done? Then it is asked again", true);
        if (!isMended) return { next: "take", name };
      }
    }
  }
}

export function inspectChosen(bot: Wanted & { readonly token: string }): Promise<BotInspection> {
  const { adapter, token, clock } = bot;
  const apiRoot = bot.apiRoot ?? API_ROOTS[adapter];
  return adapter === "telegram"
    ? inspectBot({ adapter, token, apiRoot, hearsAll: false, hasWebhook: false }, clock)
    : inspectBot({ adapter, token, apiRoot }, clock);
}

/** What a person should know of a bot that its network knows. */
export function linesOf(found: Extract<BotInspection, { outcome: "known" }>): readonly string[] {
  return [
    `This is ${found.name}.`,
    ...found.remarks
      .filter(({ level }) => level !== "fail")
      .map(({ about, found: what }) => `${about}: ${what}`),
    ...(found.invite === null ? [] : [`Invite it to a server: ${found.invite}`]),
  ];
}

export function operatorFault(text: string): string | null {
  return text === "" || /^\d{1,20}$/.test(text) ? null : "An id is a number; a name may change.";
}
