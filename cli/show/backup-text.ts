import type { BackupReport } from "../../gateway/backup/back-up.ts";
import type { RestoreReport } from "../../gateway/backup/restore.ts";
import { count } from "./span.ts";

export function backupLines({
  file,
  bytes,
  files,
  archived,
  leftOut,
}: BackupReport): readonly string[] {
  const size = `${(bytes / (1024 * 1024)).toFixed(1)} MiB`;
  const ofArchive = archived === 0 ? [] : [`${count(archived, "conversation")} of the archive`];
  return [
    `${file}: ${size}, with ${[count(files, "attachment"), ...ofArchive].join(" and ")}`,
    ...(leftOut.length > 0 ? [`Not in it: ${leftOut.join(", ")}`] : []),
  ];
}

export function restoreLines({ at, version, aside }: RestoreReport): readonly string[] {
  return [
    `Restored the backup of ${new Date(at).toISOString()} (version ${version}).`,
    ...(aside === null ? [] : [`What was there before lies in ${aside}.`]),
    "Replies that were on their way when it was made are sent again at the next start.",
  ];
}
