import { formatSpan } from "./format-time.ts";
import type { Gap } from "./live-state.ts";

/** What an absence was, in a sentence. */
export function describeGap({ from, until, isNewBoot, missed }: Gap): string {
  const away = until - from;
  const back = away < 1000 ? "Back at once" : `Back after ${formatSpan(away)}`;
  const boot = isNewBoot ? "the gateway was restarted" : "the gateway is the same as before";
  return `${back}: ${boot}, ${caughtUp(missed)}.`;
}

function caughtUp(missed: number): string {
  switch (missed) {
    case 0:
      return "nothing was missed";
    case 1:
      return "1 event was missed and caught up";
    default:
      return `${missed.toLocaleString("en")} events were missed and caught up`;
  }
}
