/**
 * The steps between which a process may die. A probe is told of each as it is reached, so that the crash
 * suite can kill the process exactly there; in production it does nothing.
 */
export type Step =
  | "inbound_arrived"
  | "inbound_stored"
  | "inbound_heard"
  | "turn_adopted"
  | "turn_accepted"
  | "delta"
  | "tool_started"
  | "tool_ended"
  | "turn_finished"
  | "send_began"
  | "send_answered"
  | "send_settled"
  | "drain_began"
  | "drain_timed_out"
  | "turn_marked"
  | "drained"
  | "recovery_began"
  | "turn_recovered"
  | "redelivery_began"
  | "conversation_written"
  | "conversation_archived"
  | "marker_written"
  | "starting"
  | "adapters_connected";

export type Probe = (step: Step) => void;

export const noProbe: Probe = () => undefined;
