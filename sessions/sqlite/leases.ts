import type { BootId } from "../ids.ts";
import { toNumber } from "./connection.ts";
import type { Connection } from "./connection.ts";

export interface Holder {
  readonly resource: string;
  readonly owner: BootId;
}

/** The fence of the new lease, or null when another boot holds it. Fences only grow: the row outlives the lease. */
export function takeLease(
  connection: Connection,
  holder: Holder,
  time: { readonly now: number; readonly ttlMs: number },
): number | null {
  const row = connection.get(
    `INSERT INTO leases (resource, owner, fence, expires_at, renewed_at) VALUES (?, ?, 1, ?, ?)
     ON CONFLICT (resource) DO UPDATE SET owner = excluded.owner, fence = fence + 1,
       expires_at = excluded.expires_at, renewed_at = excluded.renewed_at
       WHERE owner IS NULL OR owner = excluded.owner OR leases.expires_at <= ?
     RETURNING fence`,
    holder.resource,
    holder.owner,
    time.now + time.ttlMs,
    time.now,
    time.now,
  );
  return row === undefined ? null : toNumber(row["fence"]);
}

/** False when somebody else took it. */
export function renewLease(
  connection: Connection,
  lease: Holder & { readonly fence: number },
  time: { readonly now: number; readonly ttlMs: number },
): boolean {
  const changed = connection.run(
    "UPDATE leases SET expires_at = ?, renewed_at = ? WHERE resource = ? AND owner = ? AND fence = ?",
    time.now + time.ttlMs,
    time.now,
    lease.resource,
    lease.owner,
    lease.fence,
  );
  return changed > 0;
}

export function dropLease(
  connection: Connection,
  lease: Holder & { readonly fence: number },
): void {
  connection.run(
    "UPDATE leases SET owner = NULL WHERE resource = ? AND owner = ? AND fence = ?",
    lease.resource,
    lease.owner,
    lease.fence,
  );
}

/** For who knows that every other boot on this file is dead. */
export function dropLeasesOfOthers(connection: Connection, owner: BootId): void {
  connection.run("UPDATE leases SET owner = NULL WHERE owner <> ?", owner);
}
