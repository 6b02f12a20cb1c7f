export interface LineReader {
  push(chunk: string): void;
  /** The rest, when the stream ended without a line break. */
  end(): void;
}

/** 8 MiB of text: what one line of a worker may hold. */
export const LINE_LIMIT = 8 * 1024 * 1024;

/** As much of a dropped line as may tell what it was. */
const HEAD = 256;

/** Cuts a stream into lines. A line above `limit` (UTF-16 units) is dropped whole and told once; the next one is read as ever. */
export function createLineReader(options: {
  readonly limit: number;
  /** Left out: empty lines are skipped. */
  readonly keepsEmpty?: boolean;
  onLine(line: string): void;
  /** `head`: how the line began. */
  onTooLong(head: string): void;
}): LineReader {
  let parts: string[] = [];
  let length = 0;
  let isDropping = false;

  const add = (part: string): void => {
    if (isDropping) return;
    length += part.length;
    if (length <= options.limit) {
      if (part !== "") parts.push(part);
      return;
    }
    isDropping = true;
    const head = (parts[0] ?? part).slice(0, HEAD);
    parts = [];
    options.onTooLong(head);
  };

  const finish = (isRest: boolean): void => {
    const line = parts.join("");
    const isWhole = !isDropping;
    parts = [];
    length = 0;
    isDropping = false;
    if (!isWhole || (line === "" && (isRest || options.keepsEmpty !== true))) return;
    options.onLine(line.endsWith("\r") ? line.slice(0, -1) : line);
  };

  return {
    push: (chunk) => {
      let from = 0;
      for (let at = chunk.indexOf("\n"); at !== -1; at = chunk.indexOf("\n", from)) {
        add(chunk.slice(from, at));
        finish(false);
        from = at + 1;
      }
      add(chunk.slice(from));
    },
    end: () => finish(true),
  };
}
