import { lstatSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of a conversation: what an agent asks of us stays inside, links followed. */
export interface Workspace {
  readonly path: string;
  /** The real path of what is there, or would be there once created; null = it is outside, or is no absolute path. */
  resolve(path: string): string | null;
  /** The real path of a `file:` address inside; null for all else. */
  fileOf(uri: string): string | null;
}

export function createWorkspace(path: string): Workspace {
  const resolve = (wanted: string): string | null => {
    if (!isAbsolute(wanted) || wanted.includes("\0")) return null;
    const root = realpathSync(path);
    const real = realOf(wanted);
    return real !== null && (real === root || real.startsWith(root + sep)) ? real : null;
  };
  return {
    path,
    resolve,
    fileOf: (uri) => {
      if (!uri.startsWith("file:")) return null;
      try {
        return resolve(fileURLToPath(uri));
      } catch {
        return null;
      }
    },
  };
}

/** The nearest folder that exists, links followed, and the rest as it is written; null = a link that leads nowhere. */
function realOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    if (parent === path || isLink(path)) return null;
    const real = realOf(parent);
    return real === null ? null : join(real, path.slice(parent.length));
  }
}

/** What is written through a link that leads nowhere yet is made where it points to. */
function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}
