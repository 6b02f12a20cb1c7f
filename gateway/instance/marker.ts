import { z } from "zod";

import { bootIdShape } from "../../sessions/stored/id-shape.ts";

const VERSION = 1;

const markerShape = z.object({
  version: z.literal(VERSION),
  boot: bootIdShape,
  at: z.int().nonnegative(),
  why: z.enum(["restart", "stop"]),
  host: z.string(),
});

/** The clean-shutdown marker: what a gateway leaves when nothing was cut and nothing was left unsettled. */
export interface Marker {
  readonly boot: z.output<typeof bootIdShape>;
  /** Epoch ms. */
  readonly at: number;
  readonly why: "restart" | "stop";
  /** For people; a container has another at each start. */
  readonly host: string;
}

export function formatMarker(marker: Marker): string {
  const { boot, at, why, host } = marker;
  const line = JSON.stringify({ version: VERSION, boot, at, why, host });
  return `# Left by a clean stop; read and removed by the next start.\n${line}\n`;
}

/** JSON; lines that begin with # are for people. Null when it is anything else. */
export function parseMarker(text: string): Marker | null {
  const json = text
    .split("\n")
    .filter((line) => !line.trimStart().startsWith("#"))
    .join("\n");
  try {
    const parsed = markerShape.safeParse(JSON.parse(json));
    if (!parsed.success) return null;
    const { version: _, ...marker } = parsed.data;
    return marker;
  } catch {
    return null;
  }
}
