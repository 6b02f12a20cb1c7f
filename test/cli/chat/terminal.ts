import { PassThrough, Writable } from "node:stream";

const CSI = "\u001B[";

/** Enough of a terminal to see what a person would: lines, a cursor, and the few sequences that the chat and readline write. */
export class Terminal extends Writable {
  readonly isTTY = true;
  /** As it tells them. */
  columns: number;
  rows: number;
  readonly #width: number;
  readonly #height: number;
  readonly keys = Object.assign(new PassThrough(), { isTTY: true });
  #screen: string[] = [""];
  #row = 0;
  #column = 0;
  #styles = "";

  constructor({ columns = 60, rows = 20 } = {}) {
    super({ decodeStrings: false });
    this.columns = columns;
    this.rows = rows;
    this.#width = columns;
    this.#height = rows;
  }

  /** Everything from the first line on, also what has scrolled away. */
  text(): string {
    return this.#screen
      .map((line) => line.trimEnd())
      .join("\n")
      .trimEnd();
  }

  /** All sequences that chose a colour or weight. */
  styles(): string {
    return this.#styles;
  }

  type(text: string): void {
    this.keys.write(text);
  }

  override _write(chunk: string, _: string, done: () => void): void {
    let rest = chunk;
    while (rest !== "") {
      const sequence = rest.startsWith(CSI) ? /^([\d;?]*)([A-Za-z])/.exec(rest.slice(2)) : null;
      if (sequence !== null) {
        this.#obey(sequence[2] ?? "", sequence[1] ?? "");
        rest = rest.slice(CSI.length + sequence[0].length);
        continue;
      }
      const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
      rest = rest.slice(character.length);
      if (character === "\n") this.#goDown();
      else if (character === "\r") this.#column = 0;
      else if (character < " ") throw new Error(`control character ${character.charCodeAt(0)}`);
      else this.#put(character);
    }
    done();
  }

  #obey(verb: string, argument: string): void {
    const count = Number(argument === "" ? 1 : argument);
    // Nobody can go above the top of the screen: what scrolled away stays as it is.
    const top = Math.max(0, this.#screen.length - this.#height);
    switch (verb) {
      case "A":
        this.#row = Math.max(top, this.#row - count);
        break;
      case "B":
        this.#row = Math.min(this.#screen.length - 1, this.#row + count);
        break;
      case "C":
        this.#column = Math.min(this.#width - 1, this.#column + count);
        break;
      case "D":
        this.#column = Math.max(0, this.#column - count);
        break;
      case "G":
        this.#column = count - 1;
        break;
      case "J":
        this.#screen.length = this.#row + 1;
        this.#cut();
        break;
      case "K":
        this.#cut();
        break;
      case "m":
        this.#styles += `[${argument}]`;
        break;
      default:
        throw new Error(`sequence ${argument}${verb}`);
    }
  }

  #cut(): void {
    this.#screen[this.#row] = (this.#screen[this.#row] ?? "").slice(0, this.#column);
  }

  #goDown(): void {
    this.#row += 1;
    if (this.#row === this.#screen.length) this.#screen.push("");
  }

  #put(character: string): void {
    if (this.#column === this.#width) {
      this.#goDown();
      this.#column = 0;
    }
    const line = (this.#screen[this.#row] ?? "").padEnd(this.#column);
    this.#screen[this.#row] =
      line.slice(0, this.#column) + character + line.slice(this.#column + 1);
    this.#column += 1;
  }
}
