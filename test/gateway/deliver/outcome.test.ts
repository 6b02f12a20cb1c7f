import { expect, it } from "vitest";

import type { SendResult } from "../../../adapters/adapter.ts";
import { composeRow } from "../../../gateway/deliver/compose.ts";
import { afterSend, ambiguous } from "../../../gateway/deliver/outcome.ts";
import type { Circumstances } from "../../../gateway/deliver/outcome.ts";
import type { OutboxId } from "../../../sessions/ids.ts";
import type { OutboxRow } from "../../../sessions/rows.ts";

const NOW = 1_000_000;
const DAY = 86_400_000;

const about: Circumstances = {
  now: NOW,
  attempts: 5,
  maxAgeMs: DAY,
  backoffMs: 1000,
  jitter: 0,
  isIdempotent: false,
  isEdit: false,
  ambiguous: "label",
};

const row: OutboxRow = {
  ...composeRow({
    id: "out_1" as OutboxId,
    at: NOW,
    address: { network: "fake", account: "main", chat: "c1", thread: null },
    purpose: "reply",
    text: "hi",
  }),
  state: "sending",
};

const edited: OutboxRow = { ...row, placed: "m1" };
const SENT: SendResult = { outcome: "sent", externalId: "m1" };
const REFUSED: SendResult = { outcome: "refused", reason: "gone" };
const NOT_SENT: SendResult = { outcome: "not_sent", reason: "502" };
const LIMITED: SendResult = { outcome: "rate_limited", retryAfterMs: 7000 };
const UNKNOWN: SendResult = { outcome: "unknown", reason: "lost" };

const CASES: readonly [
  string,
  OutboxRow,
  SendResult,
  Partial<Circumstances>,
  Partial<OutboxRow>,
][] = [
  ["sent is settled where it is", row, SENT, {}, { state: "sent", placed: "m1", settledAt: NOW }],
  ["refused is given up", row, REFUSED, {}, { state: "dead", error: "gone", settledAt: NOW }],
  [
    "a refused edit of a reply is said anew",
    edited,
    REFUSED,
    { isEdit: true },
    { state: "pending", placed: null, dueAt: NOW },
  ],
  [
    "a refused edit of anything else is dropped",
    { ...edited, purpose: "request" },
    REFUSED,
    { isEdit: true },
    { state: "dropped" },
  ],
  [
    "not sent is tried again, certain",
    row,
    NOT_SENT,
    {},
    { state: "pending", attempts: 1, dueAt: NOW + 1000, uncertain: false },
  ],
  [
    "the pause doubles with each try",
    { ...row, attempts: 2 },
    NOT_SENT,
    {},
    { attempts: 3, dueAt: NOW + 4000 },
  ],
  [
    "the pause has a limit",
    { ...row, attempts: 50 },
    NOT_SENT,
    { attempts: 100 },
    { dueAt: NOW + 300_000 },
  ],
  ["chance spreads the pause by half at most", row, NOT_SENT, { jitter: 1 }, { dueAt: NOW + 1500 }],
  [
    "the fifth try is the last",
    { ...row, attempts: 4 },
    NOT_SENT,
    {},
    { state: "dead", attempts: 5 },
  ],
  [
    "what is older than a day is given up",
    { ...row, createdAt: NOW - DAY - 1 },
    NOT_SENT,
    {},
    { state: "dead" },
  ],
  [
    "a rate limit is waited for and counts as no try",
    row,
    LIMITED,
    {},
    { state: "pending", attempts: 0, dueAt: NOW + 7000 },
  ],
  [
    "a rate limit to the microsecond is waited for in whole ms",
    row,
    { outcome: "rate_limited", retryAfterMs: 999.25 },
    {},
    { state: "pending", dueAt: NOW + 1000 },
  ],
  [
    "a rate limit for longer than a day is given up",
    { ...row, createdAt: NOW - DAY - 1 },
    LIMITED,
    {},
    { state: "dead" },
  ],
  ["unknown is tried again, uncertain", row, UNKNOWN, {}, { state: "pending", uncertain: true }],
  [
    "an unknown edit is edited again, whatever the policy",
    edited,
    UNKNOWN,
    { isEdit: true, ambiguous: "drop" },
    { state: "pending", placed: "m1" },
  ],
  [
    "an unknown send is repeated where the network knows repeats, whatever the policy",
    row,
    UNKNOWN,
    { isIdempotent: true, ambiguous: "hold" },
    { state: "pending" },
  ],
  [
    "an unknown send is held by policy",
    row,
    UNKNOWN,
    { ambiguous: "hold" },
    { state: "dead", error: "may have arrived: lost", uncertain: true },
  ],
  [
    "an unknown send is dropped by policy",
    row,
    UNKNOWN,
    { ambiguous: "drop" },
    { state: "dropped" },
  ],
];

it.each(CASES)("[O04] %s", (_, before, result, circumstances, after) => {
  expect(afterSend(before, result, { ...about, ...circumstances })).toMatchObject(after);
});

it("a row that waits for another try has no time of settlement", () => {
  for (const result of [NOT_SENT, LIMITED, UNKNOWN]) {
    expect(afterSend(row, result, about).settledAt).toBeNull();
  }
});

it("[O03] what a boot finds in the middle of a send is treated as unknown, by policy", () => {
  expect(ambiguous(row, "died", { ...about, ambiguous: "label" }).state).toBe("pending");
  expect(ambiguous(row, "died", { ...about, ambiguous: "hold" }).state).toBe("dead");
  expect(ambiguous(row, "died", { ...about, ambiguous: "drop" }).state).toBe("dropped");
});
