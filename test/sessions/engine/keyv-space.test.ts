import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openConnection } from "../../../sessions/sqlite/connection.ts";
import type { Connection } from "../../../sessions/sqlite/connection.ts";
import { openKeyvSpace } from "../../../sessions/sqlite/keyv-space.ts";

describe("keyv space", () => {
  let directory: string;
  let connection: Connection;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "sluice-keyv-"));
    connection = openConnection(join(directory, "k.sqlite"), { canWrite: true, busyMs: 0 });
  });
  afterEach(() => {
    connection.close();
    rmSync(directory, { recursive: true });
  });

  it("every call rejects with what SQLite said when it fails", async () => {
    const space = await openKeyvSpace(connection, "keyv_x");
    connection.exec("PRAGMA query_only = ON");
    await expect(space.set("k", 1)).rejects.toMatchObject({ errcode: 8 });
    await expect(space.delete("k")).rejects.toMatchObject({ errcode: 8 });
    connection.exec("PRAGMA query_only = OFF; DROP TABLE keyv_x");
    await expect(space.get("k")).rejects.toThrow("no such table");
  });

  it("a key that Keyv would not take is refused, not dropped", async () => {
    const space = await openKeyvSpace(connection, "keyv_x");
    await expect(space.set("", 1)).rejects.toThrow("did not take");
  });

  it("a set is undone by the rollback of the transaction that it was in", async () => {
    const space = await openKeyvSpace(connection, "keyv_x");
    connection.exec("BEGIN");
    await space.set("k", "v");
    expect(await space.get("k")).toBe("v");
    connection.exec("ROLLBACK");
    expect(await space.get("k")).toBeNull();
  });

  it("text comes back as it was, and two spaces on one connection are apart", async () => {
    const one = await openKeyvSpace(connection, "keyv_x");
    const two = await openKeyvSpace(connection, "keyv_y");
    const value = { ":a": ":base64:AAAA", bigint: ":bigint:1", deep: [":", "", null] };
    await one.set("keyv_x:k", value);
    expect(await one.get("keyv_x:k")).toEqual(value);
    expect(await one.get("k")).toBeNull();
    expect(await two.get("keyv_x:k")).toBeNull();
  });
});
