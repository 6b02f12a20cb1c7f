#!/usr/bin/env node
import { writeSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

// Reading the program is half of the time that a command takes, and much of what a restart takes.
// Beside the code, so that nobody can change it who could not change the code; where that cannot
// be written, there is no cache and no fault.
enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/sluice", import.meta.url)));

const { performWords } = await import("./perform-words.ts");
const { realShell } = await import("./real-shell.ts");
const { lastWords } = await import("./last-words.ts");

const STANDARD_ERROR = 2;

process.on("uncaughtException", (fault) => {
  writeSync(STANDARD_ERROR, lastWords(fault));
  process.exit(1);
});
// A report that an operator asks node for tells all else, but not the variables that tokens come in.
if (process.report !== undefined) process.report.excludeEnv = true;

/** After the end of a command, this long for what it left open; a planned restart must not hang on it. */
const LINGER_MS = 2000;

const code = await performWords(realShell(import.meta.filename), process.argv.slice(2));
process.exitCode = code;
process.channel?.unref();
setTimeout(() => process.exit(code), LINGER_MS).unref();
