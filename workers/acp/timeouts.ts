/** How long an agent may take, ms. */
export interface Timeouts {
  readonly initializeMs: number;
  /** For beginning, resuming or loading a session. */
  readonly sessionMs: number;
  /** To end a turn that was cancelled; then it is killed. */
  readonly cancelMs: number;
  /** To leave after EOF and TERM; then it is killed. */
  readonly stopMs: number;
  /** Without an update after a load, before what comes counts as new. */
  readonly quietMs: number;
}
