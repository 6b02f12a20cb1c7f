import { z } from "zod";
import type { RequestRow, StoredEvent, StoredOutboxRow } from "../../sessions/rows.ts";
import type { Removal } from "../access/access-operations.ts";
import type { AccessReport } from "../access/access-report.ts";
import type { Person } from "../access/entry.ts";
import type { PairingReport } from "../access/pairing.ts";
import type { SessionExport } from "../report/session-export.ts";
import type { Timeline } from "../report/timeline.ts";
import type { BookedGrant } from "../approvals/grant-book.ts";
import type { Fate } from "../fate.ts";
import type {
  AnswerReport,
  DeadLetter,
  DrainReport,
  ReloadReport,
  RestartPlan,
  SessionReport,
  SessionSummary,
  StatusReport,
} from "../operations.ts";

/**
 * What the client expects. The gateway is of the same package, so these look only for what tells a
 * sluice gateway from something else, or from a version with which this one cannot talk.
 */
export const statusAnswer = record<StatusReport>([
  "access",
  "phase",
  "boot",
  "pid",
  "turns",
  "outbox",
  "adapters",
]);
export const planAnswer = record<RestartPlan>(["waitFor", "wouldCut", "requeue", "worstCaseMs"]);
export const reloadAnswer = record<ReloadReport>(["file", "changed", "refused"]);
const drainReport = record<DrainReport>(["phase", "then", "waitingFor", "cut", "undelivered"]);
export const drainAnswer = z.object({ drain: drainReport });
export const drainOrNoneAnswer = z.object({ drain: drainReport.nullable() });
export const sessionsAnswer = z.object({
  items: z.array(record<SessionSummary>(["key", "status", "turns"])),
  next: z.string().nullable(),
});
export const summaryAnswer = record<SessionSummary>(["key", "status", "turns"]);
export const sessionAnswer = record<SessionReport>(["key", "status", "queue", "transcript"]);
export const exportAnswer = record<SessionExport>(["key", "conversations", "archived", "isWhole"]);
export const requestsAnswer = z.object({
  items: z.array(record<RequestRow>(["id", "key", "title", "state"])),
});
export const grantsAnswer = z.object({
  items: z.array(record<BookedGrant>(["id", "key", "worker", "title"])),
});
export const answerAnswer = record<AnswerReport>(["outcome"]);
export const outboxAnswer = z.object({
  items: z.array(record<StoredOutboxRow>(["id", "address", "state"])),
});
export const deadLettersAnswer = z.object({
  items: z.array(record<DeadLetter>(["kind", "id", "reason", "at"])),
});
export const fateAnswer = record<Fate>(["id", "at", "reply"]);
export const timelineAnswer = record<Timeline>(["from", "until", "boots", "sessions"]);
export const accessAnswer = record<AccessReport>(["networks", "people", "asking"]);
export const pairingAnswer = record<PairingReport>(["outcome"]);
export const personAnswer = record<Person>(["network", "user", "standing"]);
export const removalAnswer = record<Removal>(["outcome", "dropped", "stopped"]);
export const doneAnswer = z.object({ done: z.boolean() });
export const eventAnswer = record<StoredEvent>(["seq", "key", "event"]);
export const eventsAnswer = z.object({ items: z.array(eventAnswer) });

export const faultAnswer = z.object({
  error: z.object({ code: z.string(), message: z.string(), advice: z.string() }),
});

function record<Shape>(keys: readonly (keyof Shape & string)[]): z.ZodType<Shape> {
  return z.custom<Shape>(
    (value) => typeof value === "object" && value !== null && keys.every((key) => key in value),
    `expected an object with ${keys.join(", ")}`,
  );
}
