import type { Transition } from "./transition.ts";

/** What age brings about: conversations leave the store for the archive. */
export const ARCHIVE_TRANSITIONS: readonly Transition[] = [
  {
    from: ["idle", "suspended"],
    on: "archive",
    by: ["timer"],
    when: "the conversation is older than `retention.transcriptsMs`: it is archived, and the next message begins anew",
    to: ["idle"],
    ends: null,
  },
  ...(["idle", "resume_pending", "suspended"] as const).map((status): Transition => ({
    from: [status],
    on: "archive",
    by: ["timer"],
    when: "an earlier conversation is that old: it is archived, and no more to be brought back",
    to: [status],
    ends: null,
  })),
];
