/** The colours of the console, for a picture that stands alone: it takes no style from where it is shown. */
export function timelineStyle(): string {
  return `${rules(LIGHT)} @media (prefers-color-scheme: dark) { ${rules(DARK)} } ${SHAPES}`;
}

interface Colours {
  readonly page: string;
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly accent: string;
  readonly accentSoft: string;
  readonly onAccent: string;
  readonly good: string;
  readonly goodSoft: string;
  readonly warn: string;
  readonly warnSoft: string;
  readonly bad: string;
  readonly badSoft: string;
}

const LIGHT: Colours = {
  page: "#ffffff",
  text: "#19202b",
  muted: "#576172",
  line: "#dce1e9",
  accent: "#2456c7",
  accentSoft: "#dbe6fd",
  onAccent: "#ffffff",
  good: "#14663a",
  goodSoft: "#cdebd9",
  warn: "#7d4a00",
  warnSoft: "#fdf1da",
  bad: "#a8231b",
  badSoft: "#fdeae8",
};

const DARK: Colours = {
  page: "#12161d",
  text: "#e7eaf0",
  muted: "#a0abbb",
  line: "#2a323f",
  accent: "#8db5ff",
  accentSoft: "#1d2b45",
  onAccent: "#0d1a33",
  good: "#74d69b",
  goodSoft: "#1b3f2a",
  warn: "#f2bd63",
  warnSoft: "#36290f",
  bad: "#ff9a91",
  badSoft: "#3d1c1a",
};

function rules(c: Colours): string {
  return [
    `.page { fill: ${c.page}; stroke: ${c.line}; }`,
    `text, .told, .band-label text, .lane-name { fill: ${c.text}; }`,
    `.tick, .source, .place, .mark .told { fill: ${c.muted}; }`,
    `.grid, .lane-line { stroke: ${c.line}; }`,
    `.life .up .ground { fill: ${c.goodSoft}; stroke: ${c.good}; }`,
    `.life .starting .ground, .life .draining .ground { fill: ${c.warnSoft}; stroke: ${c.warn}; }`,
    `.drain-line { stroke: ${c.warn}; }`,
    `.hatch { stroke: ${c.muted}; } .cross { stroke: ${c.bad}; } .dots { fill: ${c.warn}; }`,
    `.band.drain .ground { fill: ${c.warnSoft}; } .band.drain path { stroke: ${c.warn}; }`,
    `.band.restart .ground { fill: ${c.line}; } .band.restart path { stroke: ${c.muted}; }`,
    `.band.killed .ground { fill: ${c.badSoft}; } .band.killed path, .band.cut path { stroke: ${c.bad}; }`,
    `.band-label .stem { stroke: ${c.muted}; }`,
    `.band-label.killed text, .band-label.cut text { fill: ${c.bad}; } .band-label.drain text { fill: ${c.warn}; }`,
    `.part .ground { stroke: ${c.accent}; fill: ${c.accentSoft}; }`,
    `.part.running .ground { fill: ${c.accent}; } .part.running text { fill: ${c.onAccent}; }`,
    `.part.awaiting_input .ground { fill: ${c.warnSoft}; stroke: ${c.warn}; }`,
    `.part.waits_alone .ground { fill: ${c.page}; stroke: ${c.warn}; }`,
    `.part.awaiting_input text, .part.waits_alone text { fill: ${c.warn}; stroke: ${c.warnSoft}; } .part.waits_alone text { stroke: ${c.page}; }`,
    `.part.interrupting .ground { fill: ${c.badSoft}; stroke: ${c.bad}; }`,
    `.mark .line, .mark .arrow { stroke: ${c.muted}; }`,
    `.mark .told, .turn .told { stroke: ${c.page}; }`,
    `.sign circle { fill: ${c.page}; stroke: ${c.text}; } .sign path { stroke: ${c.text}; }`,
    `.sign.completed circle { stroke: ${c.good}; } .sign.completed path { stroke: ${c.good}; }`,
    `.sign.cut circle, .sign.failed circle { stroke: ${c.bad}; } .sign.cut path, .sign.failed path { stroke: ${c.bad}; }`,
    `.told.cut, .told.failed { fill: ${c.bad}; }`,
  ].join(" ");
}

const SHAPES = [
  'text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; }',
  ".headline { font-size: 17px; font-weight: 650; }",
  ".lane-name { font-weight: 600; } .tick { font-variant-numeric: tabular-nums; }",
  ".band-label text { font-weight: 600; } .band-label .stem { stroke-dasharray: 1 2; }",
  ".grid { stroke-dasharray: 1 3; } .grid, .lane-line, .band path, .life rect { stroke-width: 1; }",
  ".life .pattern, .part .pattern { stroke: none; }",
  ".band .ground { opacity: 0.55; } .band .pattern { opacity: 0.3; } .band.cut path { stroke-dasharray: 4 3; stroke-width: 1.5; }",
  ".hatch, .cross, .drain-line { stroke-width: 1; fill: none; } .part .pattern { opacity: 0.45; }",
  ".part.waits_alone .ground { stroke-dasharray: 3 3; } .part text { font-weight: 600; font-size: 11.5px; }",
  ".part.awaiting_input text, .part.waits_alone text, .told { paint-order: stroke; stroke-width: 4; stroke-linejoin: round; }",
  ".mark .line { stroke-width: 1.5; stroke-dasharray: 4 4; } .mark.suspended .line { stroke-dasharray: 1 4; }",
  ".mark .arrow { fill: none; stroke-width: 1.5; }",
  ".sign circle { stroke-width: 1.5; } .sign path { fill: none; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }",
  ".ring, .now { display: none; }",
].join(" ");
