import type { FileSettings } from "./schema.ts";
import type { SecretReference } from "./secret.ts";
import { expand } from "./state-directory.ts";

/** Files and directories that hold secrets, absolute: nothing of them may be sent to a chat. */
export function secretPaths(
  settings: FileSettings,
  from: {
    readonly environment: Readonly<Record<string, string | undefined>>;
    /** Relative paths start at the file that names them. */
    readonly directory: string;
  },
): readonly string[] {
  const credentials = from.environment["CREDENTIALS_DIRECTORY"];
  const keys = Object.values(settings.workers).flatMap((worker) =>
    worker.kind === "model" && worker.key !== null ? [worker.key] : [],
  );
  const files = [...Object.values(settings.networks).flatMap(references), ...keys].flatMap(
    ({ file }) => (file === undefined ? [] : [expand(file, from.directory)]),
  );
  return [...(credentials ? [credentials] : []), ...files];
}

function references(network: FileSettings["networks"][string]): readonly SecretReference[] {
  const own = network.token === undefined ? [] : [network.token];
  if (network.adapter === "local") return own;
  return [...own, ...Object.values(network.accounts ?? {}).map(({ token }) => token)];
}
