import type { ControlClient } from "../../gateway/control/client.ts";
import type { Shell } from "../shell.ts";
import { checkAgents } from "./check-agents.ts";
import { checkClock } from "./check-clock.ts";
import { checkGateway, holderOf } from "./check-gateway.ts";
import { checkNetworks } from "./check-networks.ts";
import { checkPorts } from "./check-ports.ts";
import { checkState } from "./check-state.ts";
import { checkUnit } from "./check-unit.ts";
import { problemLine, type CheckedConfiguration } from "./checked-configuration.ts";
import { fail, ok, type Finding } from "./finding.ts";

/** As package.json has it. */
const LEAST_NODE = [24, 12] as const;

/** All that can be looked at without changing anything, the most basic first. */
export async function examine(
  shell: Shell,
  parts: {
    readonly checked: CheckedConfiguration;
    readonly stateDir: string;
    readonly client: ControlClient;
    /** Of node, `24.21.0`. */
    readonly node: string;
  },
): Promise<readonly Finding[]> {
  const { checked, stateDir, client, node } = parts;
  const { configuration } = checked;
  const isRunning = holderOf(stateDir) !== null;
  const here = [checkNode(node), ...configurationFindings(checked), ...checkState(stateDir)];
  const groups = await Promise.all([
    checkGateway(stateDir, client),
    ...(configuration === null
      ? []
      : [
          checkPorts(configuration, { isRunning }),
          checkNetworks(configuration, shell.clock),
          checkClock(configuration, shell.clock),
        ]),
    checkAgents(shell, configuration),
    checkUnit(shell),
  ]);
  return [...here, ...groups.flat()];
}

function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isNew = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  return isNew
    ? ok("node", version)
    : fail("node", `${version}, wanted ${LEAST_NODE.join(".")} or later`, "npm ci brings one");
}

function configurationFindings({ file, problems }: CheckedConfiguration): readonly Finding[] {
  const name = file ?? "none: defaults (sluice init writes one)";
  if (problems.length === 0) return [ok("configuration", name)];
  const advice = "correct it; config.example.yaml explains each key";
  return problems.map((problem) => fail("configuration", problemLine(file, problem), advice));
}
