import type { FakeFaults } from "./fake-telegram.ts";

export type Fault =
  | { readonly kind: "cut_answer" }
  | { readonly kind: "cut_request" }
  | { readonly kind: "black_hole" }
  | { readonly kind: "fail"; readonly status: number; readonly body: unknown }
  | { readonly kind: "delay"; readonly ms: number };

/** What goes wrong by order. */
export interface Faults {
  /** The faults that this call of a method meets; their counts go down. */
  meet(method: string): readonly Fault[];
  readonly knobs: Omit<FakeFaults, "outage" | "restore">;
}

interface Order {
  readonly method: string;
  readonly fault: Fault;
  left: number;
}

export function createFaults(): Faults {
  let orders: Order[] = [];

  function order(method: string, fault: Fault, times = Infinity): void {
    orders.push({ method: method.toLowerCase(), fault, left: times });
  }

  return {
    meet(method) {
      const met: Fault[] = [];
      for (const one of orders) {
        if (one.method !== "*" && one.method !== method) continue;
        // Of one kind only the first counts, so that two orders of one follow each other.
        if (met.some((fault) => fault.kind === one.fault.kind)) continue;
        one.left -= 1;
        met.push(one.fault);
      }
      orders = orders.filter((one) => one.left > 0);
      return met;
    },
    knobs: {
      cutAnswers: (method, times) => order(method, { kind: "cut_answer" }, times),
      cutRequests: (method, times) => order(method, { kind: "cut_request" }, times),
      blackHole: (method, times) => order(method, { kind: "black_hole" }, times),
      fail(method, { status, body }, times) {
        const answer = body ?? { ok: false, error_code: status, description: nameOf(status) };
        order(method, { kind: "fail", status, body: answer }, times);
      },
      tooMany(method, retryAfter, times) {
        const body = {
          ok: false,
          error_code: 429,
          description: `Too Many Requests: retry after ${retryAfter}`,
          parameters: { retry_after: retryAfter },
        };
        order(method, { kind: "fail", status: 429, body }, times);
      },
      delay: (method, ms, times) => order(method, { kind: "delay", ms }, times),
      heal(method) {
        const healed = method?.toLowerCase();
        orders = healed === undefined ? [] : orders.filter((one) => one.method !== healed);
      },
    },
  };
}

function nameOf(status: number): string {
  if (status === 500) return "Internal Server Error";
  if (status === 502) return "Bad Gateway";
  return status === 401 ? "Unauthorized" : "Bad Request";
}
