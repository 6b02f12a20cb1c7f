import type { CallFault, CallMatch, RestFaults } from "../faults.ts";

export interface CallFaults extends RestFaults {
  /** What this call meets, taken from the list. */
  take(call: {
    readonly method: string;
    readonly path: string;
    readonly route: string;
  }): CallFault | null;
}

export function createCallFaults(): CallFaults {
  let waiting: { readonly match: CallMatch; readonly fault: CallFault; left: number }[] = [];
  return {
    outage: "none",
    onEffect: () => "answer",
    next(match, fault) {
      waiting.push({ match, fault, left: match.times ?? 1 });
    },
    clear() {
      waiting = [];
    },
    take({ method, path, route }) {
      const found = waiting.find(
        ({ match }) =>
          (match.method === undefined || match.method === method) &&
          (match.route === undefined || match.route === route || match.route === path),
      );
      if (found === undefined) return null;
      found.left -= 1;
      if (found.left === 0) waiting = waiting.filter((one) => one !== found);
      return found.fault;
    },
  };
}
