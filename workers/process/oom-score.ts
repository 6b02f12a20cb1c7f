import { writeFileSync } from "node:fs";

/** Before all else, however little memory it has. */
const FIRST = "1000";

/**
 * When memory runs out, the kernel is to take this process, or what it starts from now on, and nothing else: a turn
 * that is cut goes on later. Anyone may offer their own processes; where nobody asks (no Linux), nothing happens.
 */
export function offerToKernel(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, FIRST);
  } catch {
    // Gone already, or a system that knows no such thing.
  }
}
