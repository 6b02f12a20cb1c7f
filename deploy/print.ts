import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { NODE_FLAGS } from "../cli/node-flags.ts";
import { hardeningDropIn } from "../cli/service/hardening.ts";
import { serviceUnit } from "../cli/service/service-unit.ts";
import { socketUnit } from "../cli/service/socket-unit.ts";
import type { UnitFiles, UnitSpec } from "../cli/service/unit-spec.ts";

/** For a checkout in /opt/sluice, a configuration in /etc/sluice, and any systemd. */
const SPEC: UnitSpec = {
  name: "sluice",
  version: null,
  scope: { kind: "system", user: null, home: null },
  command: [
    "/usr/bin/node",
    ...NODE_FLAGS,
    "/opt/sluice/cli/main.ts",
    "--config",
    "/etc/sluice/config.yaml",
    "run",
  ],
  path: null,
  hardening: "off",
  listeners: [],
};

/** The units of this folder, as `sluice service install` would write them. */
export function deployedUnits(): UnitFiles {
  return {
    "sluice.service": serviceUnit(SPEC),
    "sluice-webhooks.socket": socketUnit("sluice", {
      name: "webhooks",
      address: "127.0.0.1:8789",
    }),
    "sluice-http.socket": socketUnit("sluice", { name: "http", address: "127.0.0.1:8788" }),
    "hardening-agents.conf": hardeningDropIn("agents", null) ?? "",
    "hardening-strict.conf": hardeningDropIn("strict", null) ?? "",
  };
}

if (import.meta.main) {
  const folder = fileURLToPath(new URL(".", import.meta.url));
  for (const [file, text] of Object.entries(deployedUnits()))
    writeFileSync(join(folder, file), text);
}
