/** What goes wrong. Every fault is off at the start; a setting holds until it is set back. */
export interface Faults {
  readonly rest: RestFaults;
  readonly gateway: GatewayFaults;
}

export interface RestFaults {
  /**
   * The next `times` (default 1) matching calls meet `fault`. Several wait in the order given; a call takes the first that
   * matches. CDN downloads match route `/attachments/:channel/:file/:name`.
   */
  next(match: CallMatch, fault: CallFault): void;
  /** Forgets those that still wait. */
  clear(): void;
  /** `unavailable`: 503 to everything. `refused`: connections are reset before anything is read. `hangs`: taken, never answered. */
  outage: "none" | "unavailable" | "refused" | "hangs";
  /** Called when a call has taken effect and before it is answered; return `cut` to break the connection instead. */
  onEffect: (call: EffectedCall) => "answer" | "cut";
}

export interface CallMatch {
  readonly method?: string;
  /** `/channels/:channel/messages` or a path with its values. */
  readonly route?: string;
  readonly times?: number;
}

export interface EffectedCall {
  readonly method: string;
  readonly path: string;
  readonly route: string;
  readonly status: number;
  readonly answer: unknown;
}

export type CallFault =
  /** It takes effect, and the connection breaks instead of an answer. */
  | { readonly kind: "lose_answer" }
  /** It takes effect, and nothing comes back until the caller goes. */
  | { readonly kind: "hang_after" }
  /** Nothing happens, and nothing comes back. */
  | { readonly kind: "black_hole" }
  /** Nothing happens, and the connection breaks. */
  | { readonly kind: "drop" }
  /** Nothing happens; this is the answer. */
  | { readonly kind: "status"; readonly status: number; readonly body?: unknown }
  /** It takes effect, and this is the answer all the same (a 502 of a proxy). */
  | { readonly kind: "status_after"; readonly status: number; readonly body?: unknown }
  /** It waits, then goes its usual way. */
  | { readonly kind: "delay"; readonly ms: number }
  /** It takes effect, and the answer waits. */
  | { readonly kind: "late_answer"; readonly ms: number }
  | {
      readonly kind: "rate_limit";
      readonly retryAfterMs: number;
      readonly scope?: "user" | "global" | "shared";
    };

export interface GatewayFaults {
  /** Breaks all sockets without a close frame. */
  drop(): void;
  /** Closes all sockets. 4007 and 4009 end the session, and so do 4004 and 4010–4014; others keep it. */
  close(code: number): void;
  /** Op 7: "reconnect". */
  reconnect(): void;
  /** Op 9 on all identified sockets; the session is forgotten unless it is resumable. */
  invalidate(isResumable: boolean): void;
  /** Op 1: "beat now". */
  requestHeartbeat(): void;
  /** All sessions are forgotten (sockets stay open and hear nothing more): a RESUME gets op 9 false. */
  forgetSessions(): void;
  /** How the next RESUMEs are answered, in order; then as usual. */
  refuseResume(how: ResumeRefusal): void;
  /** Uses up the IDENTIFY budget. */
  spendIdentifies(count: number): void;
  /** False: heartbeats are heard and not acknowledged. */
  acksHeartbeats: boolean;
  /** True: sockets stay open, nothing is read or written. New ones get no HELLO. What happens meanwhile is kept for a RESUME. */
  isSilent: boolean;
  /** True: sockets break, and new ones are reset. */
  isDown: boolean;
  /** `dead`: connections to the resume host are reset. `silent`: taken and never answered. */
  resumeHost: "up" | "dead" | "silent";
  /** Every event is delivered so much later, in order. */
  delayMs: number;
  /** While true, events are kept back (in order, without a number) and flow when it is false again. */
  holdsEvents: boolean;
}

export type ResumeRefusal =
  | { readonly kind: "invalid_session"; readonly isResumable: boolean }
  | { readonly kind: "close"; readonly code: number }
  | { readonly kind: "silence" };
