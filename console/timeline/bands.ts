import type { TimelineBoot } from "../../gateway/report/timeline.ts";
import type { Scale } from "./scale.ts";
import { roomFor } from "./text-room.ts";
import { absenceWords, lengthWords } from "./words.ts";

/** What the gateway did, as bands through all lanes. */
export interface Band {
  readonly kind: "drain" | "restart" | "killed" | "cut";
  readonly x: number;
  readonly width: number;
  /** Short, to stand in the picture. */
  readonly label: string;
  /** Whole, for who points at it. */
  readonly words: string;
}

/** The gateway's own bar. */
export interface LifeSpan {
  readonly kind: "starting" | "up" | "draining";
  readonly x: number;
  readonly width: number;
  readonly words: string;
}

export interface PlacedLabel {
  readonly kind: Band["kind"];
  readonly text: string;
  /** Of the text's beginning. */
  readonly x: number;
  /** Where what it tells of begins. */
  readonly from: number;
  readonly row: number;
}

/** However short it was, it is seen. */
const LEAST_PX = 3;
const MOST_ROWS = 3;

export function bandsOf(boots: readonly TimelineBoot[], scale: Scale): readonly Band[] {
  return boots.flatMap((boot, place) => [
    ...drainBands(boot, scale),
    ...absence(boot, boots[place + 1], scale),
  ]);
}

function drainBands(boot: TimelineBoot, scale: Scale): readonly Band[] {
  return boot.drains.flatMap((drain) => {
    const until = drainEnd(boot, drain) ?? scale.now;
    const cutAt = drain.timedOutAt;
    const length = lengthWords(until - drain.beganAt);
    const how =
      drain.end === "called_off"
        ? "called off"
        : cutAt === null
          ? drain.end === null && boot.end === null
            ? "goes on"
            : "all turns ended in time"
          : `time-out after ${lengthWords(cutAt - drain.beganAt)}, what still ran was cut`;
    const words = `Drain for ${length}, asked for by ${drain.by}: ${how}`;
    const label = drain.end === "called_off" ? "drain, called off" : "drain";
    return [
      ...band("drain", [drain.beganAt, until], { label, words }, scale),
      ...(cutAt === null ? [] : band("cut", [cutAt, cutAt], { label: "time-out", words }, scale)),
    ];
  });
}

/** A drain that stays holds until the boot ends, unless it is called off. */
function drainEnd(boot: TimelineBoot, drain: TimelineBoot["drains"][number]): number | null {
  const end = boot.end?.notBefore ?? null;
  if (drain.end === null || (drain.end === "drained" && drain.next === "stay")) return end;
  return drain.endedAt ?? end;
}

function absence(
  boot: TimelineBoot,
  next: TimelineBoot | undefined,
  scale: Scale,
): readonly Band[] {
  if (boot.end === null) return [];
  const { how, notBefore } = boot.end;
  const back = next === undefined ? null : (next.readyAt ?? next.startedAt);
  const until = back ?? scale.now;
  const what = absenceWords(boot, boot.end);
  const kind = how === "killed" ? "killed" : "restart";
  const away = lengthWords(until - notBefore);
  const words =
    how === "killed"
      ? `Killed: last seen alive ${away} before it was back`
      : `${capital(what)}: away for ${away}`;
  return band(kind, [notBefore, until], { label: what, words }, scale);
}

/** The gateway does not answer; why is told when it is back. */
export function lostBand(span: readonly [number, number], scale: Scale): readonly Band[] {
  const words = `The gateway does not answer for ${lengthWords(span[1] - span[0])}`;
  return band("restart", span, { label: "away", words }, scale);
}

function band(
  kind: Band["kind"],
  [from, until]: readonly [number, number],
  text: Pick<Band, "label" | "words">,
  scale: Scale,
): readonly Band[] {
  if (until < scale.window.from || from > scale.window.until) return [];
  const x = scale.x(from);
  const width = Math.max(kind === "cut" ? 0 : LEAST_PX, scale.x(until) - x);
  return [{ kind, x, width, ...text }];
}

export function lifeSpans(boots: readonly TimelineBoot[], scale: Scale): readonly LifeSpan[] {
  return boots.flatMap((boot) => {
    const end = boot.end?.notBefore ?? scale.now;
    const ready = boot.readyAt ?? end;
    const spans: LifeSpan[] = [];
    const add = (kind: LifeSpan["kind"], [from, until]: readonly [number, number]): void => {
      if (until <= from || until < scale.window.from || from > scale.window.until) return;
      const x = scale.x(from);
      const words = `${SPANS[kind]} (process ${boot.pid}) for ${lengthWords(until - from)}`;
      spans.push({ kind, x, width: Math.max(1, scale.x(until) - x), words });
    };
    add("starting", [boot.startedAt, ready]);
    let upSince = ready;
    for (const drain of boot.drains) {
      add("up", [upSince, drain.beganAt]);
      upSince = drainEnd(boot, drain) ?? scale.now;
      add("draining", [drain.beganAt, upSince]);
      // Between drained and gone it still drains.
      if (drain.end === "drained") upSince = end;
    }
    add("up", [upSince, end]);
    return spans;
  });
}

const SPANS = { starting: "Starting", up: "Running", draining: "Draining" };

/** The gravest first, each in the highest row that has room; what finds none is told by its band alone. */
export function placeLabels(
  bands: readonly Band[],
  scale: Scale,
): { readonly labels: readonly PlacedLabel[]; readonly rows: number } {
  const order: readonly Band["kind"][] = ["killed", "cut", "restart", "drain"];
  const byWeight = bands.toSorted(
    (one, other) => order.indexOf(one.kind) - order.indexOf(other.kind),
  );
  const ends: { from: number; until: number }[][] = [];
  const labels: PlacedLabel[] = [];
  for (const { kind, label: text, x: from } of byWeight) {
    const room = roomFor(text) + 10;
    const x = Math.max(scale.left, Math.min(from, scale.right - room));
    for (let row = 0; row < MOST_ROWS; row += 1) {
      const taken = (ends[row] ??= []);
      if (taken.some((other) => x < other.until && other.from < x + room)) continue;
      taken.push({ from: x, until: x + room });
      labels.push({ kind, text, x, from, row });
      break;
    }
  }
  return { labels, rows: ends.filter((row) => row.length > 0).length };
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
