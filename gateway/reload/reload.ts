import { SluiceError, textOf } from "../../sessions/errors.ts";
import type { ErrorCode } from "../../sessions/errors.ts";
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
  const asked = await configuration.reread().catch((thrown: unknown) => {
    const error = forReload(thrown);
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
  for (const adapter of core.networks.adapters) {
    if (isShownInMenus(adapter.network, changed)) adapter.menuChanged?.();
  }
  // There may be more places than before.
  for (const { key } of await core.engine.waiting()) admission.wake(key);
  core.log.info({ file: next.file, changed, ...all }, "configuration reloaded");
  if (refused.length > 0) core.log.warn({ refused }, "these settings need a restart");
  return { file: next.file, changed, refused, ...all };
}

/** What a start advises is no advice for a gateway that runs on. */
function forReload(error: unknown): unknown {
  if (!(error instanceof SluiceError)) return error;
  const found = error.message.slice(0, -`: ${error.advice}`.length);
  const what = WHAT_TO_DO[error.code] ?? "correct the file";
  const advice = `${what} and reload again; the gateway goes on with the last good configuration`;
  return new SluiceError(error.code, found, { advice, cause: error });
}

const WHAT_TO_DO: Partial<Record<ErrorCode, string>> = {
  config_unreadable: "make it readable",
  config_secret_missing: "give it the secrets",
};

/** The places of secrets are not written in the file; they follow from what is. */
function keysBetween(before: Configuration, after: Configuration): readonly string[] {
  const { file: _file, secretPaths: _paths, ...from } = before;
  const { file: _other, secretPaths: _others, ...to } = after;
  return differences(from, to).map((key) => key.replace(ONLY_TOKEN, ".token"));
}

/** The file writes the only bot of a network without a name. */
const ONLY_TOKEN = new RegExp(`\\.accounts\\.${ONLY_ACCOUNT}$`);

/** Whom a command is for, and what it is called in a menu. */
function isShownInMenus(network: string, changed: readonly string[]): boolean {
  const shown = ["notices.texts", `networks.${network}.operators`, `networks.${network}.commands`];
  return changed.some((key) => shown.some((place) => `${key}.`.startsWith(`${place}.`)));
}

const WHO_MAY = ["allow", "operators", "groups", "channels"];

function whoMayChanged(settings: Configuration, changed: readonly string[]): readonly string[] {
  return Object.keys(settings.networks).filter((network) =>
    WHO_MAY.some((list) =>
      changed.some((key) => `${key}.`.startsWith(`networks.${network}.${list}.`)),
    ),
  );
}
