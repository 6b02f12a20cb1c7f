/** Words of one look in a line of a terminal. */
export interface Run {
  readonly text: string;
  /** Where it begins, in columns. */
  readonly column: number;
  readonly fill: string;
  readonly isBold: boolean;
}

const ESCAPE = "\u001B";
const PLAIN = "#e8edf3";
const DIM = "#8b98a9";
/** By the number that a terminal knows them by. */
const COLOURS = [
  "#5c6773",
  "#ff7b72",
  "#7ee787",
  "#f2c14e",
  "#79b8ff",
  "#d2a8ff",
  "#76e3ea",
  PLAIN,
];

interface Look {
  readonly fill: string;
  readonly isDim: boolean;
  readonly isBold: boolean;
}

const USUAL: Look = { fill: PLAIN, isDim: false, isBold: false };

/** The lines of a screen as `tmux capture-pane -e` writes them; a look goes on in the next line. */
export function styledLines(screen: string): readonly (readonly Run[])[] {
  let look = USUAL;
  return screen.split("\n").map((line) => {
    const runs: Run[] = [];
    let column = 0;
    for (const part of line.split(ESCAPE)) {
      const [whole = "", codes = null] = /^\[([\d;]*)m/.exec(part) ?? [];
      if (codes !== null) look = codes.split(";").map(Number).reduce(changed, look);
      const text = part.slice(whole.length);
      if (text === "") continue;
      const fill = look.isDim ? DIM : look.fill;
      runs.push({ text, column, fill, isBold: look.isBold });
      column += text.length;
    }
    return runs;
  });
}

function changed(look: Look, code: number): Look {
  if (code === 0) return USUAL;
  if (code === 1) return { ...look, isBold: true };
  if (code === 2) return { ...look, isDim: true };
  if (code === 22) return { ...look, isBold: false, isDim: false };
  if (code === 39) return { ...look, fill: PLAIN };
  const colour = code >= 90 && code <= 97 ? code - 90 : code >= 30 && code <= 37 ? code - 30 : null;
  return colour === null ? look : { ...look, fill: COLOURS[colour] ?? PLAIN };
}
