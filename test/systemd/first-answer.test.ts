import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";

import { programOnPath } from "../../cli/doctor/agents-on-path.ts";
import { firstAnswer } from "./first-answer.ts";
import { isInWorld } from "./unit-house.ts";

const hasTmux = programOnPath("tmux", process.env["PATH"] ?? "") !== null;
const why = isInWorld && !hasTmux ? " (skipped: there is no tmux)" : "";
const WHOLE_MS = 120_000;

it.skipIf(!isInWorld || !hasTmux)(
  `a person gets from init in a terminal to a service that answers within two minutes${why}`,
  async () => {
    const seen = await firstAnswer("ann");
    onTestFinished(() => seen.end());
    console.log(`to the first answer: ${(seen.tookMs / 1000).toFixed(1)} s`);
    expect(seen.tookMs).toBeLessThan(WHOLE_MS);
    const unit = join(seen.home, ".config", "systemd", "user", "sluice.service");
    expect(readFileSync(unit, "utf8")).toContain("WantedBy=default.target");
    expect(await seen.systemctl("is-enabled", "sluice")).toBe("enabled");
    expect(await seen.systemctl("is-active", "sluice")).toBe("active");
    const pid = await seen.systemctl("show", "sluice", "--property=MainPID", "--value");
    expect(statSync(`/proc/${pid}`).uid).toBe(statSync(seen.home).uid);
    expect(JSON.stringify(seen.scenes)).not.toContain(seen.token);
  },
  WHOLE_MS + 60_000,
);
