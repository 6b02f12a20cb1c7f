import { styledLines } from "./styled-text.ts";
import { escape, wrap } from "../picture/picture-text.ts";

/** What a person sees while they set it up: their terminal, and their chat beside it. `at`: ms since the first key. */
export type Scene =
  | { readonly kind: "terminal"; readonly at: number; readonly screen: string }
  | { readonly kind: "person" | "bot"; readonly at: number; readonly text: string };

const WIDTH = 900;
const MARGIN = 24;
const LINE = 19;
const COLUMN = 8.1;
const CHAT_COLUMNS = 62;

/** All of it as one SVG that reads in light and dark pages alike. */
export function draw(scenes: readonly Scene[], label: string): string {
  const parts: string[] = [];
  let y = 56;
  for (const scene of scenes) {
    const drawn = scene.kind === "terminal" ? terminal(scene, y) : bubble(scene, y);
    parts.push(drawn.svg);
    y += drawn.height + 16;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 8}" width="${WIDTH}" height="${y + 8}" role="img" aria-label="${label}">
<rect width="${WIDTH}" height="${y + 8}" rx="12" fill="#12161c"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13">
<text x="${MARGIN}" y="32" fill="#8b98a9">a real run, with a stand-in for Telegram, drawn by docs/setup/print.ts</text>
<text x="${WIDTH - MARGIN}" y="32" fill="#8b98a9" text-anchor="end">seconds</text>
${parts.join("\n")}
</g>
</svg>
`;
}

interface Drawn {
  readonly svg: string;
  readonly height: number;
}

function terminal(scene: Extract<Scene, { screen: string }>, y: number): Drawn {
  const lines = styledLines(scene.screen.replace(/\n[^\n]*\$\s*$/, ""));
  const height = lines.length * LINE + 24;
  const texts = lines.flatMap((runs, index) =>
    runs.map(({ text, column, fill, isBold }) => {
      const x = (MARGIN + 16 + column * COLUMN).toFixed(1);
      const weight = isBold ? ` font-weight="bold"` : "";
      // Each run as wide as a terminal makes it, whatever the font.
      const length = (text.length * COLUMN).toFixed(1);
      return `<text x="${x}" y="${y + 26 + index * LINE}" fill="${fill}"${weight} textLength="${length}" xml:space="preserve">${escape(text)}</text>`;
    }),
  );
  const box = `<rect x="${MARGIN}" y="${y}" width="${WIDTH - 2 * MARGIN}" height="${height}" rx="8" fill="#0b0e13" stroke="#2f3947"/>`;
  return { svg: box + texts.join("") + time(scene.at, y + 26), height };
}

function bubble(scene: Extract<Scene, { text: string }>, y: number): Drawn {
  const lines = scene.text.split("\n").flatMap((line) => wrap(line, CHAT_COLUMNS));
  const width = Math.max(...lines.map((line) => line.length)) * COLUMN + 40;
  const isPerson = scene.kind === "person";
  const x = isPerson ? WIDTH - MARGIN - 80 - width : MARGIN;
  const height = lines.length * LINE + 20;
  const texts = lines.map(
    (line, index) =>
      `<text x="${x + 18}" y="${y + 24 + index * LINE}" fill="#e8edf3">${escape(line)}</text>`,
  );
  const fill = isPerson ? "#1f4e79" : "#232b36";
  const box = `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="10" fill="${fill}"/>`;
  return { svg: box + texts.join("") + time(scene.at, y + 24), height };
}

function time(at: number, y: number): string {
  return `<text x="${WIDTH - MARGIN - 12}" y="${y}" fill="#8b98a9" text-anchor="end">${(at / 1000).toFixed(1)}</text>`;
}
