import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { SluiceError, textOf } from "../sessions/errors.ts";

/** At this size the log moves to `gateway.log.1`, at the next start of a gateway. */
const ROTATE_BYTES = 10 * 1024 * 1024;

/** Where a gateway writes while the terminal is used for the chat. */
export interface GatewayLog {
  readonly file: string;
  /** A descriptor to append to; the one given before is closed. */
  open(): number;
  /** What a person was told since the last `open`: the lines that begin with `sluice: `. */
  faults(): readonly string[];
  close(): void;
}

export function gatewayLog(stateDir: string): GatewayLog {
  const file = join(stateDir, "gateway.log");
  let descriptor: number | null = null;
  let begin = 0;
  const close = (): void => {
    if (descriptor !== null) closeSync(descriptor);
    descriptor = null;
  };
  return {
    file,
    open() {
      close();
      descriptor = openForAppend(file);
      begin = fstatSync(descriptor).size;
      return descriptor;
    },
    faults() {
      const text = readFileSync(file).subarray(begin).toString("utf8");
      return text.split("\n").filter((line) => line.startsWith("sluice: "));
    },
    close,
  };
}

function openForAppend(file: string): number {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (size > ROTATE_BYTES) renameSync(file, `${file}.1`);
    return openSync(file, "a", 0o600);
  } catch (cause) {
    throw new SluiceError("state_unwritable", `Cannot write the log ${file} (${textOf(cause)})`, {
      advice: "check who owns the state directory, or name another one with --state-dir",
      cause,
    });
  }
}
