import type { Cause, Transition } from "./transition.ts";

/** What the end of a process brings about: its own drain, or the boot after its death. */
export const CUT_TRANSITIONS: readonly Transition[] = [
  ...cutBy("drain_timeout", "drain", "the drain's budget is used up"),
  ...cutBy("recover", "boot", "the boot that ran the turn is dead"),
];

function cutBy(on: "drain_timeout" | "recover", cause: Cause, when: string): readonly Transition[] {
  const row = { on, by: [cause] } as const;
  return [
    {
      ...row,
      from: ["starting"],
      when: `${when}: the turn had not begun, its messages go back to the head of the queue`,
      to: ["idle", "resume_pending"],
      ends: null,
    },
    {
      ...row,
      from: ["starting", "running"],
      when: `${when}: the turn had begun and was cut / for the nth time in a row`,
      to: ["resume_pending", "suspended"],
      ends: "interrupted",
    },
    {
      ...row,
      from: ["awaiting_input"],
      when: `${when}: the request is detached and stays open`,
      to: ["awaiting_input"],
      ends: null,
    },
    {
      ...row,
      from: ["interrupting"],
      when: `${when}: somebody had asked to stop it`,
      to: ["idle", "resume_pending"],
      ends: "cancelled",
    },
  ];
}
