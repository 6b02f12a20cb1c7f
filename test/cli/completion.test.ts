import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import type { Command } from "commander";
import { completionScript } from "../../cli/completion/scripts.ts";
import { wordTree, type WordPlace } from "../../cli/completion/word-tree.ts";
import { createProgram } from "../../cli/program.ts";
import { realShell } from "../../cli/real-shell.ts";

const run = promisify(execFile);

describe("completion", () => {
  let program: Command;
  let tree: readonly WordPlace[];
  beforeAll(() => {
    program = createProgram(realShell("sluice"), () => {});
    tree = wordTree(program);
  });

  const completed = async (...words: readonly string[]): Promise<readonly string[]> => {
    const line = ["sluice", ...words];
    const asked = line.map((word) => `'${word}'`).join(" ");
    const script = `${completionScript("bash", tree)}
COMP_WORDS=(${asked}); COMP_CWORD=${line.length - 1}; _sluice; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await run("bash", ["--norc", "-c", script]);
    return stdout.split("\n").filter((word) => word !== "");
  };

  it("bash completes commands, their commands, options and choices", async () => {
    expect(await completed("st")).toEqual(["start", "status", "stop"]);
    expect(await completed("sessions", "")).toEqual(
      expect.arrayContaining(["list", "show", "release", "stop", "forget", "--json"]),
    );
    expect(await completed("restart", "--")).toEqual(
      expect.arrayContaining([
        "--plan",
        "--force",
        "--timeout",
        "--no-wait",
        "--state-dir",
        "--help",
      ]),
    );
    expect(await completed("completion", "")).toEqual(
      expect.arrayContaining(["bash", "zsh", "fish"]),
    );
  });

  it("bash keeps its place when options and their values stand between", async () => {
    expect(await completed("--state-dir", "/tmp/x", "sessions", "--json", "sh")).toEqual(["show"]);
    expect(await completed("sessions", "stop", "local:main:home", "--js")).toEqual(["--json"]);
  });

  it.each(["bash", "zsh", "fish"] as const)("%s knows every command of the tree", (shell) => {
    const script = completionScript(shell, tree);
    for (const at of tree) {
      for (const word of at.words) expect(script).toContain(word.text);
    }
    expect(tree.length).toBeGreaterThan(18);
  });

  it("descriptions cannot end the quotes they stand in", () => {
    const told = [{ path: "", words: [{ text: "run", about: "it's 'quoted'" }], options: [] }];
    expect(completionScript("zsh", told)).toContain("'run:it’s ’quoted’'");
    expect(completionScript("fish", told)).toContain("-a run -d 'it’s ’quoted’'");
  });
});
