import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { wordTree } from "../../cli/completion/word-tree.ts";
import { createProgram } from "../../cli/program.ts";
import { realShell } from "../../cli/real-shell.ts";

describe("docs/cli.md", () => {
  const text = readFileSync(new URL("../../docs/cli.md", import.meta.url), "utf8");
  const tree = wordTree(createProgram(realShell("sluice"), () => {}));

  it("[X01] names every command, every option and every exit code", () => {
    const missing = tree.flatMap((at) => [
      ...at.path.split(" ").filter((word) => !text.includes(word)),
      ...at.options
        .map((option) => option.text)
        .filter((option) => option !== "--version" && !text.includes(option)),
    ]);
    expect(missing).toEqual([]);
    const codes = [...text.matchAll(/^\| (\d+) \|/gm)].map((match) => Number(match[1]));
    expect(codes).toEqual([0, 1, 2, 75, 78]);
  });
});
