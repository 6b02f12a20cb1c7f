import { execFile, execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "vitest";

import { openHouse, PATIENCE, type House } from "../e2e/house.ts";

const run = promisify(execFile);
const MAIN = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

/** Whether this process runs where a systemd of its own runs, too: see `world.sh`. */
export const isInWorld = process.env["SLUICE_SYSTEMD_WORLD"] === "1";

const version = isInWorld ? execFileSync("systemctl", ["--version"], { encoding: "utf8" }) : "";
/** It hands over no socket, and knows no `notify-reload`. */
export const isOld = Number(/^systemd (\d+)/.exec(version)?.[1]) < 253;

/** An installation that `sluice service install` made a unit of. */
export interface UnitHouse extends House {
  readonly unit: string;
  systemctl(...words: readonly string[]): Promise<string>;
  property(name: string): Promise<string>;
  pid(): Promise<number>;
  journal(): Promise<string>;
  status(chat?: string): Promise<string>;
  notes(chat?: string): Promise<readonly string[]>;
}

let count = 0;

/** `settings`: lines for the top of the configuration. `dropIn`: lines for `[Service]`. */
export async function openUnitHouse(
  how: {
    readonly settings?: readonly string[];
    /** YAML of further networks. */
    readonly networks?: string;
    /** YAML of the workers, in place of the demo agent. */
    readonly workers?: string;
    readonly dropIn?: readonly string[];
    readonly install?: readonly string[];
    readonly start?: boolean;
    /** Runs as a user that exists only for the service, with its state where systemd puts it. */
    readonly isOwn?: boolean;
    /** Of the health page; none without. */
    readonly healthPort?: number;
  } = {},
): Promise<UnitHouse> {
  // Units have a /tmp of their own.
  mkdirSync("/srv/sluice", { recursive: true });
  process.env["TMPDIR"] = "/srv/sluice";
  count += 1;
  const unit = `sluice-${process.pid}-${count}`;
  const stateDir = how.isOwn ? `/var/lib/${unit}` : mkdtempSync("/srv/sluice/state-");
  const house = await openHouse(how.settings ?? [], { stateDir });
  const text = readFileSync(house.config, "utf8");
  const networks = how.networks === undefined ? "" : `${how.networks}, `;
  writeFileSync(
    house.config,
    text
      .replace("networks: { ", `networks: { ${networks}`)
      .replace(/^workers: .*$/m, (demo) =>
        how.workers === undefined ? demo : `workers: { ${how.workers} }`,
      )
      .replace("http: { port: null }", `http: { port: ${how.healthPort ?? null} }`),
  );
  if (how.isOwn) chmodSync(house.directory, 0o755);
  const systemctl = async (...words: readonly string[]): Promise<string> =>
    (await run("systemctl", words)).stdout.trim();
  const dropIns = `/run/systemd/system/${unit}.service.d`;
  mkdirSync(dropIns, { recursive: true });
  writeFileSync(join(dropIns, "test.conf"), ["[Service]", ...(how.dropIn ?? []), ""].join("\n"));
  await run(process.execPath, [
    MAIN,
    "--config",
    house.config,
    "service",
    "install",
    "--name",
    unit,
    ...(how.install ?? ["--run-as", "root", "--hardening", "off"]),
    ...(how.start === false ? ["--no-start"] : []),
  ]);
  const property = (name: string): Promise<string> =>
    systemctl("show", unit, `--property=${name}`, "--value");
  const key = (chat: string): string => `local:main:${chat}`;
  return {
    ...house,
    unit,
    systemctl,
    property,
    pid: async () => Number(await property("MainPID")),
    async journal() {
      await run("journalctl", ["--sync"]);
      return (await run("journalctl", ["-u", unit, "-o", "cat", "--no-pager"])).stdout;
    },
    async status(chat = "home") {
      const { items } = await house.control.sessions({ status: null, limit: 100, after: null });
      return items.find((one) => one.key === key(chat))?.status ?? "none";
    },
    async notes(chat = "home") {
      const { transcript } = await house.control.session(key(chat));
      return transcript.flatMap(({ body }) => (body.kind === "note" ? [body.cause] : []));
    },
    async close() {
      // Not after a drain: what the test was to show is shown.
      await systemctl("stop", "--no-block", `${unit}-*.socket`, unit);
      await systemctl("kill", "--signal=KILL", unit).catch(() => undefined);
      await systemctl("stop", unit);
      rmSync(dropIns, { recursive: true });
      await house.close();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

/** The processes of a unit besides the gateway's own, with their environment. */
export async function workersOf(house: UnitHouse): Promise<readonly { pid: number }[]> {
  const group = await house.property("ControlGroup");
  const main = await house.pid();
  return readFileSync(`/sys/fs/cgroup${group}/cgroup.procs`, "utf8")
    .trim()
    .split("\n")
    .map((line) => ({ pid: Number(line) }))
    .filter(({ pid }) => pid !== main);
}

/** Starts again by itself: another process than before, ready. */
export async function isBack(house: UnitHouse, before: number): Promise<void> {
  await expect
    .poll(async () => {
      const pid = await house.pid();
      return pid !== 0 && pid !== before && (await house.property("ActiveState")) === "active";
    }, PATIENCE)
    .toBe(true);
  await house.ready();
}
