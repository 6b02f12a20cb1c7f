import type { ResumeRefusal } from "../faults.ts";
import type { Recorder } from "../recorder.ts";
import type { ResumeRecord } from "../records.ts";
import type { World } from "../world/world.ts";
import type { Connection } from "./connection.ts";
import { resumeShape } from "./identify.ts";
import { missedAfter, replay } from "./session.ts";
import type { SessionStore } from "./session-store.ts";

export interface ResumeContext {
  readonly world: World;
  readonly recorder: Recorder;
  readonly sessions: SessionStore;
  /** How the next ones are answered. */
  readonly refusals: ResumeRefusal[];
  token(): string;
}

/** Close codes after which a session is over. */
export const ENDING: ReadonlySet<number> = new Set([
  4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014,
]);

/** Op 6. */
export function resume(context: ResumeContext, connection: Connection, d: unknown): void {
  const { world, recorder, sessions, refusals } = context;
  const { success, data } = resumeShape.safeParse(d);
  if (!success) return connection.close(4002);
  if (connection.session !== null) return connection.close(4005);
  const { token, session_id: id, seq: sequence } = data;

  const record = (outcome: ResumeRecord["outcome"]): void =>
    void recorder.resumes.push({
      at: world.clock.now(),
      connection: connection.number,
      session: id,
      sequence,
      host: connection.host,
      outcome,
    });
  const closeWith = (code: number): void => {
    record({ kind: "closed", code });
    // Who resumes with a wrong token ends nobody's session.
    if (code !== 4004 && ENDING.has(code)) sessions.end(id);
    connection.close(code);
  };
  const refuseWith = (isResumable: boolean): void => {
    record({ kind: "invalid_session", isResumable });
    if (!isResumable) sessions.end(id);
    connection.send({ op: 9, d: isResumable });
  };

  if (token !== context.token()) return closeWith(4004);
  const refusal = refusals.shift();
  if (refusal?.kind === "silence") return record({ kind: "silence" });
  if (refusal?.kind === "close") return closeWith(refusal.code);
  if (refusal?.kind === "invalid_session") return refuseWith(refusal.isResumable);
  const session = sessions.living(id);
  if (session === null) return refuseWith(false);
  if (connection.host === "main") recorder.misuse.push("RESUME on the main host");
  if (sequence > session.sequence || sequence < 0) return closeWith(4007);
  const missed = missedAfter(session, sequence);
  if (missed === null) return refuseWith(false);

  const { connection: before } = session;
  sessions.detach(session);
  before?.close(4000);
  session.connection = connection;
  connection.session = session;
  record({ kind: "resumed", replayed: missed.length });
  replay(session, missed);
}
