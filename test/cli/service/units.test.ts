import { describe, expect, it } from "vitest";

import { serviceUnit } from "../../../cli/service/service-unit.ts";
import { parseVersion } from "../../../cli/service/systemd.ts";
import { unitFiles } from "../../../cli/service/unit-files.ts";
import { commandLine, quoted } from "../../../cli/service/unit-quoting.ts";
import type { UnitSpec } from "../../../cli/service/unit-spec.ts";

const spec: UnitSpec = {
  name: "sluice",
  version: 257,
  scope: { kind: "system", user: "ann", home: "/home/ann" },
  command: ["/opt/node/bin/node", "/opt/sluice/cli/main.ts", "run"],
  path: "/usr/bin:/bin",
  hardening: "agents",
  listeners: [{ name: "webhooks", address: "127.0.0.1:8789" }],
};

const linesOf = (text: string): readonly string[] => text.split("\n");

describe("the service unit", () => {
  it("[X04] leaves the workers to the gateway, and what each end means to systemd", () => {
    expect(linesOf(serviceUnit(spec))).toEqual(
      expect.arrayContaining([
        "ExecStart=/opt/node/bin/node /opt/sluice/cli/main.ts run",
        "KillMode=mixed",
        "Restart=always",
        "SuccessExitStatus=75",
        "RestartForceExitStatus=75",
        "RestartPreventExitStatus=2 78",
        "OOMPolicy=continue",
        "LimitCORE=0",
        "StartLimitBurst=40",
        "User=ann",
        "StateDirectory=sluice",
      ]),
    );
  });

  it("has from systemd 253 on a socket of its own, and only the gateway is heard", () => {
    const lines = linesOf(serviceUnit(spec));
    expect(lines.filter((line) => /^(Type|NotifyAccess|OpenFile|ExecReload)=/.test(line))).toEqual([
      "Type=notify-reload",
      "NotifyAccess=main",
      "OpenFile=/run/systemd/notify:notify:graceful",
    ]);
  });

  it("lets a program speak for the gateway before that", () => {
    const lines = linesOf(serviceUnit({ ...spec, version: 252 }));
    expect(lines.filter((line) => /^(Type|NotifyAccess|OpenFile|ExecReload)=/.test(line))).toEqual([
      "Type=notify",
      "NotifyAccess=all",
      "ExecReload=/bin/kill -HUP $MAINPID",
    ]);
  });

  it("serves all versions when none is known: what a systemd does not know, it passes over", () => {
    const lines = linesOf(serviceUnit({ ...spec, version: null }));
    expect(lines.filter((line) => line.startsWith("Type="))).toEqual([
      "Type=notify",
      "Type=notify-reload",
    ]);
    expect(lines).toContain("NotifyAccess=all");
    expect(lines).toContain("OpenFile=/run/systemd/notify:notify:graceful");
  });

  it("of a user keeps its state where that user's commands look, and speaks to that user's manager", () => {
    const text = serviceUnit({ ...spec, scope: { kind: "user", uid: 1000 } });
    expect(text).not.toMatch(/^(StateDirectory|User|DynamicUser)=/m);
    expect(text).toContain("OpenFile=/run/user/1000/systemd/notify:notify:graceful\n");
    expect(text).toContain("WantedBy=default.target\n");
  });

  it("without a user runs as one that exists only for it", () => {
    const text = serviceUnit({ ...spec, scope: { kind: "system", user: null, home: null } });
    expect(text).toContain("DynamicUser=yes\n");
    expect(text).not.toMatch(/^User=/m);
  });

  it("is handed its sockets, each by its name", () => {
    const files = unitFiles(spec);
    expect(Object.keys(files)).toEqual([
      "sluice.service",
      "sluice.service.d/hardening.conf",
      "sluice-webhooks.socket",
    ]);
    expect(files["sluice.service"]).toContain("Sockets=sluice-webhooks.socket\n");
    expect(files["sluice-webhooks.socket"]).toContain("FileDescriptorName=webhooks\n");
    expect(files["sluice-webhooks.socket"]).toContain("ListenStream=127.0.0.1:8789\n");
    expect(Object.keys(unitFiles({ ...spec, hardening: "off", listeners: [] }))).toEqual([
      "sluice.service",
    ]);
  });

  it.each([
    ["/home/ann smith", /^ReadWritePaths="-\/home\/ann smith" -\/srv -\/mnt -\/media$/m, true],
    ["/root", /^ReadWritePaths=-\/home -\/root -\/srv -\/mnt -\/media$/m, false],
    ["/var/lib/bot", /^ReadWritePaths=-\/home -\/root -\/var\/lib\/bot -\/srv /m, false],
    [null, /^ReadWritePaths=-\/home -\/root -\/srv -\/mnt -\/media$/m, false],
  ] as const)("with a home at %s, agents may write there", (home, line, isReadOnly) => {
    const scope = { kind: "system", user: "ann", home } as const;
    const files = unitFiles({ ...spec, scope, hardening: "agents" });
    const text = files["sluice.service.d/hardening.conf"] ?? "";
    expect(text).toMatch(line);
    expect(text.includes("ProtectHome=read-only")).toBe(isReadOnly);
  });

  it("never forbids memory that can be written and run: the engine compiles", () => {
    for (const hardening of ["agents", "strict"] as const) {
      const text = Object.values(unitFiles({ ...spec, hardening })).join("");
      expect(text).not.toMatch(/^MemoryDenyWriteExecute=/m);
      expect(text).toContain("SystemCallErrorNumber=EPERM\n");
    }
  });
});

describe("words in units", () => {
  it.each([
    ["/usr/bin/node", "/usr/bin/node"],
    ["/home/ann smith/x", `"/home/ann smith/x"`],
    ["100%", "100%%"],
    [`a"b\\c`, `"a\\"b\\\\c"`],
    ["", `""`],
  ])("%s becomes %s", (word, unit) => {
    expect(quoted(word)).toBe(unit);
  });

  it("are no variables in commands", () => {
    expect(commandLine(["/bin/x", "$HOME"])).toBe(`/bin/x "$$HOME"`);
  });
});

it.each([
  ["systemd 252 (252.38-1~deb12u1)\n+PAM", 252],
  ["systemd 257~rc1 (257)", 257],
  ["something else", 0],
])("the version of %s is %s", (text, version) => {
  expect(parseVersion(text)).toBe(version);
});
