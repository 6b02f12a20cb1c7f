/**
 * How Node runs the gateway. Its young heap stays small: a daemon that mostly waits must not grow by all that one
 * busy minute threw away. One run each on Telegram: 1,000 sessions added 26 MiB instead of 76, and a message of a
 * burst took 1.51 ms of CPU instead of 1.31.
 */
export const NODE_FLAGS: readonly string[] = ["--max-semi-space-size=2"];
