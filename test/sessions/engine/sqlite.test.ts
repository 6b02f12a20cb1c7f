import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteEngine } from "../../../sessions/sqlite/sqlite-engine.ts";
import { engineContract } from "./contract.ts";

engineContract("sqlite", async () => {
  const directory = mkdtempSync(join(tmpdir(), "sluice-engine-"));
  return {
    open: (options) => openSqliteEngine({ ...options, file: join(directory, "state.sqlite") }),
    dispose: async () => rmSync(directory, { recursive: true }),
  };
});
