import type { Clock } from "../../sessions/clock.ts";
import type { ModelInspection } from "../../workers/model/inspect-model.ts";
import type { Questions } from "./questions.ts";
import type { AgentChoice } from "./setup.ts";

type ModelChoice = Extract<AgentChoice, { kind: "model" }>;

/** A model that answers, or that the person wants although it did not. */
export async function askModel(questions: Questions, clock: Clock): Promise<ModelChoice> {
  let chosen = await askAll(questions);
  for (;;) {
    const tried = await questions.during("Asking the model for a word …", tryModel(chosen, clock));
    if (tried.outcome === "answers") {
      questions.tell(`${chosen.model} answers.`);
      return chosen;
    }
    const { found, advice, fault } = tried;
    questions.warn(`No answer from ${chosen.model} at ${chosen.baseUrl}: ${found}: ${advice}`);
    const next = await questions.choose("What now?", [
      { value: "change", label: CHANGES[fault] },
      { value: "again", label: "Try again" },
      { value: "anyway", label: "Go on with it as it is" },
    ]);
    if (next === "anyway") return chosen;
    if (next === "change") chosen = await change(questions, chosen, fault);
  }
}

type Fault = Extract<ModelInspection, { outcome: "fails" }>["fault"];

const CHANGES: Record<Fault, string> = {
  key: "Write another key",
  model: "Write another name of the model",
  address: "Write another address",
  request: "Write all of it again",
  passing: "Write all of it again",
};

async function change(
  questions: Questions,
  chosen: ModelChoice,
  fault: Fault,
): Promise<ModelChoice> {
  switch (fault) {
    case "key":
      return { ...chosen, key: await askKey(questions) };
    case "model":
      return { ...chosen, model: await askName(questions) };
    case "address":
      return { ...chosen, baseUrl: await askAddress(questions) };
    case "request":
    case "passing":
      return askAll(questions);
  }
}

/** Only who sets a model up loads the library that speaks to it. */
export async function tryModel(chosen: ModelChoice, clock: Clock): Promise<ModelInspection> {
  const { inspectModel } = await import("../../workers/model/inspect-model.ts");
  return inspectModel(chosen, clock);
}

async function askAll(questions: Questions): Promise<ModelChoice> {
  return {
    kind: "model",
    baseUrl: await askAddress(questions),
    model: await askName(questions),
    key: await askKey(questions),
  };
}

function askAddress(questions: Questions): Promise<string> {
  return questions.write("Address of the endpoint", {
    placeholder: "http://127.0.0.1:11434/v1",
    check: addressFault,
  });
}

function askName(questions: Questions): Promise<string> {
  return questions.write("Name of the model", {
    placeholder: "llama3.2",
    check: (text) => (text === "" ? "The endpoint knows its models by name." : null),
  });
}

async function askKey(questions: Questions): Promise<string | null> {
  const key = await questions.writeSecret("Its key (Enter: it needs none)", () => null);
  return key === "" ? null : key;
}

export function addressFault(text: string): string | null {
  const isWeb = /^https?:\/\//.test(text) && URL.canParse(text);
  return isWeb ? null : "An address begins with http:// or https://.";
}
