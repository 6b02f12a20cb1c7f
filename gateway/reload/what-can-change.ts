import type { Configuration, NetworkSettings, WorkerSettings } from "../config/configuration.ts";

/**
 * The configuration that a gateway that runs can go over to: as asked for wherever a value is read at each use, and as
 * it was for all that was opened, connected or started with it. A new key stays as it was until it is listed here.
 */
export function whatCanChange(before: Configuration, asked: Configuration): Configuration {
  const { turns, drain, resume, requests, delivery, notices, retention, crashLoop } = asked;
  const { defaultWorker, routes } = asked;
  const named = [defaultWorker, ...routes.map(({ worker }) => worker)];
  // They can lead only to agents that run.
  const canRoute = named.every((name) => Object.hasOwn(before.workers, name));
  return {
    ...before,
    turns,
    drain,
    resume,
    requests,
    delivery,
    notices,
    retention,
    crashLoop,
    ...(canRoute && { defaultWorker, routes }),
    file: asked.file,
    log: { ...before.log, level: asked.log.level },
    networks: merged(before.networks, asked.networks, networkAfter),
    workers: merged(before.workers, asked.workers, workerAfter),
    // What was a secret's place stays one: the gateway still runs by it.
    secretPaths: [...new Set([...before.secretPaths, ...asked.secretPaths])],
  };
}

function networkAfter(before: NetworkSettings, asked: NetworkSettings): NetworkSettings {
  if (before.adapter !== asked.adapter) return before;
  const { allow, operators, pairing, notices, resume, mode, burstMs, perUserInGroups } = asked;
  const { commands, edits, progress, ambiguousSends } = asked;
  const changed = {
    allow,
    operators,
    pairing,
    notices,
    resume,
    mode,
    burstMs,
    perUserInGroups,
    commands,
    edits,
    progress,
    ambiguousSends,
  };
  if (before.adapter === "telegram" && asked.adapter === "telegram") {
    return { ...before, ...changed, groups: asked.groups };
  }
  if (before.adapter === "discord" && asked.adapter === "discord") {
    return { ...before, ...changed, channels: asked.channels };
  }
  return { ...before, ...changed };
}

function workerAfter(before: WorkerSettings, asked: WorkerSettings): WorkerSettings {
  const { approve, usage, offered } = asked;
  return before.kind === asked.kind ? { ...before, approve, usage, offered } : before;
}

/** What was added or taken away stays out, or in. */
function merged<Value>(
  before: Readonly<Record<string, Value>>,
  asked: Readonly<Record<string, Value>>,
  after: (before: Value, asked: Value) => Value,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(
    Object.entries(before).map(([name, one]) => {
      const next = Object.hasOwn(asked, name) ? asked[name] : undefined;
      return [name, next === undefined ? one : after(one, next)];
    }),
  );
}
