import { textOf } from "../../sessions/errors.ts";
import type { Revocation } from "../access/revocation.ts";
import type { Admission } from "../admission.ts";
import { ONLY_ACCOUNT } from "../config/accounts.ts";
import type { Configuration } from "../config/configuration.ts";
import type { Core } from "../core.ts";
import type { ReloadReport } from "../operations.ts";
import { differences } from "./differences.ts";
import type { LiveConfiguration } from "./live-configuration.ts";
import { whatCanChange } from "./what-can-change.ts";

interface Parts {
  readonly core: Core;
  readonly configuration: LiveConfiguration;
  readonly revocation: Revocation;
  readonly admission: Admission;
}

/**
 * Reads the configuration again and goes over to what can change while the gateway runs. Rejects with `config_*`, and
 * then nothing has changed. One after the other: the last one sees what is there when it was asked for.
 */
export function createReload(parts: Parts): () => Promise<ReloadReport> {
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    const mine = last.then(() => reload(parts));
    last = mine.catch(() => undefined);
    return mine;
  };
}

async function reload({
  core,
  configuration,
  revocation,
  admission,
}: Parts): Promise<ReloadReport> {
  const before = { ...configuration.settings };
  const asked = await configuration.reread().catch((error: unknown) => {
    core.log.error(
      { error: textOf(error) },
      "configuration not reloaded: the last good one goes on",
    );
    throw error;
  });
  const next = whatCanChange(before, asked);
  const changed = keysBetween(before, next);
  const refused = keysBetween(next, asked);
  configuration.replace(next);
  core.log.level = next.log.level;
  const all = { dropped: 0, stopped: 0, released: 0 };
  for (const network of whoMayChanged(next, changed)) {
    const here = await revocation.sweep(network);
    all.dropped += here.dropped;
    all.stopped += here.stopped;
    all.released += here.released;
  }
  // There may be more places than before.
  for (const { key } of await core.engine.waiting()) admission.wake(key);
  core.log.info({ file: next.file, changed, ...all }, "configuration reloaded");
  if (refused.length > 0) core.log.warn({ refused }, "these settings need a restart");
  return { file: next.file, changed, refused, ...all };
}

/** The places of secrets are not written in the file; they follow from what is. */
function keysBetween(before: Configuration, after: Configuration): readonly string[] {
  const { file: _file, secretPaths: _paths, ...from } = before;
  const { file: _other, secretPaths: _others, ...to } = after;
  return differences(from, to).map((key) => key.replace(ONLY_TOKEN, ".token"));
}

/** The file writes the only bot of a network without a name. */
const ONLY_TOKEN = new RegExp(`\\.accounts\\.${ONLY_ACCOUNT}$`);

const WHO_MAY = ["allow", "operators", "groups", "channels"];

function whoMayChanged(settings: Configuration, changed: readonly string[]): readonly string[] {
  return Object.keys(settings.networks).filter((network) =>
    WHO_MAY.some((list) =>
      changed.some((key) => `${key}.`.startsWith(`networks.${network}.${list}.`)),
    ),
  );
}
