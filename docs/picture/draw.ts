import type { Scene } from "./real-run.ts";
import { escape, wrap } from "./picture-text.ts";

const WIDTH = 760;
const MARGIN = 28;
const LINE = 20;
const COLUMNS = 58;

/** The chat as an SVG that reads in light and dark pages alike. */
export function draw(scenes: readonly Scene[]): string {
  const parts: string[] = [];
  let y = 64;
  for (const scene of scenes) {
    const drawn = "text" in scene ? bubble(scene, y) : band(scene, y);
    parts.push(drawn.svg);
    y += drawn.height + 14;
  }
  const height = y + 10;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="A chat whose gateway is killed in the middle of an answer, started again, and goes on">
<rect width="${WIDTH}" height="${height}" rx="12" fill="#12161c"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14">
<text x="${MARGIN}" y="34" fill="#8b98a9">a real run, drawn by docs/picture/print.ts</text>
<text x="${WIDTH - MARGIN}" y="34" fill="#8b98a9" text-anchor="end">seconds</text>
${parts.join("\n")}
</g>
</svg>
`;
}

interface Drawn {
  readonly svg: string;
  readonly height: number;
}

function bubble(scene: Extract<Scene, { text: string }>, y: number): Drawn {
  const shown = scene.kind === "edited" ? `(the same message, edited)\n${scene.text}` : scene.text;
  const lines = shown
    .split("\n")
    .flatMap((line) => wrap(line, COLUMNS).map((part) => ({ part, fill: colourOf(line) })))
    .filter(({ part }) => part !== "");
  const isPerson = scene.kind === "person";
  const width = Math.max(...lines.map(({ part }) => part.length)) * 8.6 + 32;
  const x = isPerson ? WIDTH - MARGIN - 60 - width : MARGIN;
  const height = lines.length * LINE + 18;
  const text = lines
    .map(
      ({ part, fill }, index) =>
        `<text x="${x + 16}" y="${y + 24 + index * LINE}" fill="${fill}">${escape(part)}</text>`,
    )
    .join("");
  const fill = isPerson ? "#1f4e79" : "#232b36";
  return {
    svg: `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="10" fill="${fill}"${scene.kind === "edited" ? ` stroke="#f2c14e" stroke-dasharray="4 3"` : ""}/>${text}${time(scene.at, y + 24)}`,
    height,
  };
}

function colourOf(line: string): string {
  return line.startsWith("⏸") ? "#f2c14e" : "#e8edf3";
}

function band(scene: Extract<Scene, { pid: number }>, y: number): Drawn {
  const isKill = scene.kind === "killed";
  const words = isKill ? `kill -9 ${scene.pid}` : "the gateway is started again";
  const fill = isKill ? "#6b1f24" : "#1d4d33";
  return {
    svg: `<rect x="0" y="${y}" width="${WIDTH}" height="30" fill="${fill}"/><text x="${MARGIN}" y="${y + 20}" fill="#ffffff">${isKill ? "✖" : "▶"} ${words}</text>${time(scene.at, y + 20)}`,
    height: 30,
  };
}

function time(at: number, y: number): string {
  return `<text x="${WIDTH - MARGIN}" y="${y}" fill="#8b98a9" text-anchor="end">${(at / 1000).toFixed(1)}</text>`;
}
