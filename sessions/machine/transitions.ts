import type { Transition } from "./transition.ts";
import { ARCHIVE_TRANSITIONS } from "./transitions-archive.ts";
import { CUT_TRANSITIONS } from "./transitions-cut.ts";
import { PERSON_TRANSITIONS } from "./transitions-person.ts";
import { WORKER_TRANSITIONS } from "./transitions-worker.ts";

/**
 * Every change that a command makes to a session, and no other; `docs/states.md` is printed from it.
 * An end leads to `resume_pending` where the mark of an earlier cut is kept. Not here, because they
 * change settings and no state: `set_mode`, `set_worker`.
 */
export const TRANSITIONS: readonly Transition[] = [
  {
    from: ["idle"],
    on: "admit",
    by: ["person"],
    when: "a message is admitted",
    to: ["starting"],
    ends: null,
  },
  {
    from: ["resume_pending"],
    on: "admit",
    by: ["person", "timer"],
    when: "a message is admitted, or the policy `auto` goes on by itself; the turn carries the restart note",
    to: ["starting"],
    ends: null,
  },
  {
    from: ["suspended"],
    on: "admit",
    by: ["person"],
    when: "a message is admitted: a new conversation, the old one is kept",
    to: ["starting"],
    ends: null,
  },
  ...WORKER_TRANSITIONS,
  ...PERSON_TRANSITIONS,
  ...CUT_TRANSITIONS,
  ...ARCHIVE_TRANSITIONS,
];
