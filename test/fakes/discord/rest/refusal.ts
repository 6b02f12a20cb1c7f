import type { z } from "zod";

/** What the network says no with. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;
  readonly errors: unknown;

  constructor(status: number, code: number, message: string, errors?: unknown) {
    super(message);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

export const refuse = {
  notFound: () => new Refusal(404, 0, "404: Not Found"),
  unauthorised: () => new Refusal(401, 0, "401: Unauthorized"),
  unknownChannel: () => new Refusal(404, 10003, "Unknown Channel"),
  unknownGuild: () => new Refusal(404, 10004, "Unknown Guild"),
  unknownMember: () => new Refusal(404, 10007, "Unknown Member"),
  unknownMessage: () => new Refusal(404, 10008, "Unknown Message"),
  unknownUser: () => new Refusal(404, 10013, "Unknown User"),
  unknownEmoji: () => new Refusal(400, 10014, "Unknown Emoji"),
  unknownWebhook: () => new Refusal(404, 10015, "Unknown Webhook"),
  unknownInteraction: () => new Refusal(404, 10062, "Unknown interaction"),
  unknownCommand: () => new Refusal(404, 10063, "Unknown application command"),
  notYourApplication: () =>
    new Refusal(403, 20012, "You are not authorized to perform this action on this application"),
  tooLarge: () => new Refusal(413, 40005, "Request entity too large"),
  inForum: () => new Refusal(400, 40058, "Cannot send messages in a forum channel"),
  alreadyAcknowledged: () => new Refusal(400, 40060, "Interaction has already been acknowledged."),
  missingAccess: () => new Refusal(403, 50001, "Missing Access"),
  onDm: () => new Refusal(403, 50003, "Cannot execute action on a DM channel"),
  notAuthor: () => new Refusal(403, 50005, "Cannot edit a message authored by another user"),
  empty: () => new Refusal(400, 50006, "Cannot send an empty message"),
  notToThisUser: () => new Refusal(403, 50007, "Cannot send messages to this user"),
  notAText: () => new Refusal(400, 50008, "Cannot send messages in a non-text channel"),
  missingPermissions: () => new Refusal(403, 50013, "Missing Permissions"),
  onSystemMessage: () => new Refusal(403, 50021, "Cannot execute action on a system message"),
  onThisType: () => new Refusal(400, 50024, "Cannot execute action on this channel type"),
  webhookToken: () => new Refusal(401, 50027, "Invalid Webhook Token"),
  recipients: () => new Refusal(400, 50033, "Invalid Recipient(s)"),
  archived: () => new Refusal(400, 50083, "Thread is archived"),
  notJson: () => new Refusal(400, 50109, "The request body contains invalid JSON."),
  replyWithoutHistory: () =>
    new Refusal(400, 160002, "Cannot reply without permission to read message history"),
  threadExists: () =>
    new Refusal(400, 160004, "A thread has already been created for this message"),
  threadLocked: () => new Refusal(400, 160005, "Thread is locked"),
  form: (errors: unknown) => new Refusal(400, 50035, "Invalid Form Body", errors),
} as const;

export interface FormFault {
  readonly path: readonly (string | number)[];
  readonly code: string;
  readonly message: string;
}

export function refuseForm(...faults: readonly FormFault[]): Refusal {
  return refuse.form(toTree(faults));
}

/** `{ content: { _errors: [{ code, message }] } }`, one branch for each step of the path. */
function toTree(faults: readonly FormFault[]): unknown {
  const tree: Record<string, unknown> = {};
  for (const { path, code, message } of faults) {
    let branch = tree;
    for (const step of path) {
      const next = (branch[step] ?? {}) as Record<string, unknown>;
      branch[step] = next;
      branch = next;
    }
    branch["_errors"] = [...((branch["_errors"] ?? []) as unknown[]), { code, message }];
  }
  return tree;
}

/** Parses what was sent, or refuses as the network words it. */
export function parseForm<T extends z.ZodType>(shape: T, body: unknown): z.output<T> {
  const { success, data, error } = shape.safeParse(body, { reportInput: true });
  if (success) return data;
  throw refuseForm(...error.issues.map(toFault));
}

function toFault(issue: z.core.$ZodIssue): FormFault {
  const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
  if (issue.code === "too_big") {
    const message = `Must be ${issue.maximum} or fewer in length.`;
    return { path, code: "BASE_TYPE_MAX_LENGTH", message };
  }
  if (issue.code === "too_small") {
    const message = `Must be ${issue.minimum} or more in length.`;
    return { path, code: "BASE_TYPE_MIN_LENGTH", message };
  }
  if (issue.code === "custom") {
    const [code = "", ...words] = issue.message.split(": ");
    return { path, code, message: words.join(": ") };
  }
  return issue.input === undefined
    ? { path, code: "BASE_TYPE_REQUIRED", message: "This field is required" }
    : { path, code: "BASE_TYPE_BAD_TYPE", message: issue.message };
}
