import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";

import { installService } from "../../../cli/service/install.ts";
import { listenersIn } from "../../../cli/service/listeners-in.ts";
import type { Systemd } from "../../../cli/service/systemd.ts";
import { uninstallService } from "../../../cli/service/uninstall.ts";
import { closedPlace, unitDirectory } from "../../../cli/service/unit-place.ts";
import type { UnitSpec } from "../../../cli/service/unit-spec.ts";
import { makeDirectory, speak } from "../cli.ts";

const spec: UnitSpec = {
  name: "sluice",
  version: 257,
  scope: { kind: "system", user: "ann", home: "/home/ann" },
  command: ["/usr/bin/node", "/opt/sluice/cli/main.ts", "run"],
  path: null,
  hardening: "strict",
  listeners: [{ name: "webhooks", address: "127.0.0.1:8789" }],
};

function setUp(stop = "15s") {
  const directory = mkdtempSync(join(tmpdir(), "sluice-units-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const asked: string[] = [];
  let active = "inactive";
  const systemd: Systemd = {
    version: 257,
    control(words) {
      asked.push(words.join(" "));
      if (words[0] === "start") active = "active";
      return Promise.resolve("");
    },
    property: (_, name) => Promise.resolve(name === "ActiveState" ? active : stop),
  };
  return { directory, systemd, asked };
}

describe("service install", () => {
  it("writes the units, enables them and starts sockets with the service", async () => {
    const { directory, systemd, asked } = setUp();
    const done = await installService(spec, { systemd, directory, start: true });
    expect(asked).toEqual([
      "daemon-reload",
      "enable sluice.service sluice-webhooks.socket",
      "start sluice-webhooks.socket sluice.service",
    ]);
    expect(done.state).toBe("active");
    for (const file of done.files) expect(existsSync(file)).toBe(true);
    expect(done.lines.join("\n")).toContain("runs, and starts with the machine");
    expect(done.lines.join("\n")).not.toContain("warning");
  });

  it("again, with other options, leaves nothing of before, and says that what runs must be restarted", async () => {
    const { directory, systemd } = setUp();
    await installService(spec, { systemd, directory, start: true });
    const less = { ...spec, hardening: "off", listeners: [] } as const;
    const done = await installService(less, { systemd, directory, start: true });
    expect(existsSync(join(directory, "sluice-webhooks.socket"))).toBe(false);
    expect(existsSync(join(directory, "sluice.service.d"))).toBe(true);
    expect(existsSync(join(directory, "sluice.service.d/hardening.conf"))).toBe(false);
    expect(done.lines.join("\n")).toContain("systemctl restart sluice");
  });

  it("warns of a stop time-out that leaves no room", async () => {
    const { directory, systemd } = setUp("2s");
    const done = await installService(spec, { systemd, directory, start: false });
    expect(done.lines.join("\n")).toMatch(/warning: systemd kills it 2000 ms.*TimeoutStopSec/);
  });

  it.each(["/tmp/sluice/cli/main.ts", "/var/tmp/config.yaml"])(
    "of what lies in %s is refused when it is hardened, because it would not see it",
    async (path) => {
      const { directory, systemd } = setUp();
      const where = { systemd, directory, start: true };
      const command = [...spec.command, path];
      await expect(installService({ ...spec, command }, where)).rejects.toThrow(
        `Cannot run ${path} as a hardened service`,
      );
      expect(existsSync(join(directory, "sluice.service"))).toBe(false);
      await installService({ ...spec, command, hardening: "off" }, where);
      expect(existsSync(join(directory, "sluice.service"))).toBe(true);
    },
  );

  it("touches nothing that somebody else wrote", async () => {
    const { directory, systemd, asked } = setUp();
    const socket = join(directory, "sluice-http.socket");
    writeFileSync(socket, "[Socket]\n");
    const install = installService(spec, { systemd, directory, start: true });
    await expect(install).rejects.toMatchObject({ code: "service_failed" });
    expect(readFileSync(socket, "utf8")).toBe("[Socket]\n");
    expect(existsSync(join(directory, "sluice.service"))).toBe(false);
    expect(asked).toEqual([]);
  });

  it("is undone by uninstall, which leaves a drop-in of somebody else", async () => {
    const { directory, systemd, asked } = setUp();
    await installService(spec, { systemd, directory, start: true });
    writeFileSync(join(directory, "sluice.service.d/mine.conf"), "[Service]\n");
    asked.length = 0;
    const removed = await uninstallService("sluice", { systemd, directory });
    expect(removed).toHaveLength(3);
    expect(asked).toEqual(["disable --now sluice-webhooks.socket sluice.service", "daemon-reload"]);
    expect(existsSync(join(directory, "sluice.service.d/mine.conf"))).toBe(true);
    expect(await uninstallService("sluice", { systemd, directory })).toEqual([]);
  });
});

describe("what is installed", () => {
  it("goes to the machine's units, or to the user's", () => {
    const home = "/home/ann";
    expect(unitDirectory("system", { environment: {}, home })).toBe("/etc/systemd/system");
    expect(unitDirectory("user", { environment: {}, home })).toBe("/home/ann/.config/systemd/user");
    expect(unitDirectory("user", { environment: { XDG_CONFIG_HOME: "/c" }, home })).toBe(
      "/c/systemd/user",
    );
  });

  it("listens where the configuration says, whatever else is in it", () => {
    const { directory } = setUp();
    const file = join(directory, "config.yaml");
    writeFileSync(
      file,
      `webhooks: { host: "::1", port: 9000 }\nhttp:\nnetworks: { a: { b: c } }\n`,
    );
    expect(listenersIn(file)).toEqual([
      { name: "webhooks", address: "[::1]:9000" },
      { name: "http", address: "127.0.0.1:8788" },
    ]);
    writeFileSync(file, "webhooks: { port: 0 }\nhttp: { port: null }\n");
    expect(() => listenersIn(file)).toThrow(/port 0/);
    expect(listenersIn(null)).toHaveLength(2);
  });

  it("can be read by everybody, or is told where not", () => {
    const { directory } = setUp();
    mkdirSync(join(directory, "open"));
    const file = join(directory, "open", "main.ts");
    writeFileSync(file, "");
    chmodSync(directory, 0o755);
    expect(closedPlace(file)).toBeNull();
    chmodSync(file, 0o640);
    expect(closedPlace(file)).toBe(file);
    chmodSync(directory, 0o700);
    expect(closedPlace(file)).toBe(directory);
  });

  it("is printed as it would be written", async () => {
    const directory = makeDirectory();
    onTestFinished(() => directory.remove());
    const words = ["service", "print", "--name", "bot", "--run-as", "ann", "--sockets"];
    const { code, out } = await speak(directory.path, [...words, "--json"]);
    expect(code).toBe(0);
    const { files } = JSON.parse(out) as { files: Record<string, string> };
    expect(Object.keys(files)).toEqual([
      "bot.service",
      "bot.service.d/hardening.conf",
      "bot-webhooks.socket",
      "bot-http.socket",
    ]);
    expect(files["bot.service"]).toContain("User=ann\n");
    expect((await speak(directory.path, words)).out).toContain("# /etc/systemd/system/bot.service");
    expect((await speak(directory.path, ["service", "print", "--name", "../x"])).code).toBe(2);
  });
});
