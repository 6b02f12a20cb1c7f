import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openHouse, PATIENCE, never, type House } from "./house.ts";

interface RestartAnswer {
  readonly outcome: string;
  readonly drain: {
    readonly cut: readonly string[];
    readonly requeued: readonly string[];
    readonly timedOut: boolean;
  };
}

describe("a restart as people meet it", () => {
  let house: House;
  beforeEach(async () => {
    house = await openHouse();
  });
  afterEach(() => house.close());

  const key = (chat: string): string => `local:main:${chat}`;
  const statusOf = async (chat: string): Promise<string> => {
    const { items } = await house.control.sessions({ status: null, limit: 10, after: null });
    return items.find((one) => one.key === key(chat))?.status ?? "none";
  };
  const notesOf = async (chat: string): Promise<readonly string[]> => {
    const { transcript } = await house.control.session(key(chat));
    return transcript.flatMap(({ body }) => (body.kind === "note" ? [body.cause] : []));
  };
  const lastSaid = async (chat: string): Promise<string> => (await house.said(chat)).at(-1) ?? "";
  const isMarked = (): boolean => existsSync(join(house.stateDir, ".clean_shutdown"));

  it("[D02][D03][D04][D05][D06][D07][D15][G06][G07][R01][R02][R07] of five conversations one is cut, the one that never ends, and every message is answered", async () => {
    await house.start();
    await house.say("slow 1", { chat: "ending" });
    await house.say("hang", { chat: "endless" });
    await house.say("ask May I?", { chat: "asking" });
    await house.say("start 3.5", { chat: "starting" });
    await expect.poll(() => statusOf("ending"), PATIENCE).toBe("running");
    await expect.poll(() => statusOf("endless"), PATIENCE).toBe("running");
    await expect.poll(() => statusOf("asking"), PATIENCE).toBe("awaiting_input");
    await expect.poll(() => statusOf("starting"), PATIENCE).toBe("starting");
    const { session } = await house.control.session(key("endless"));

    const restart = house.spawn(["restart", "--timeout", "2", "--json"]);
    const phase = async (): Promise<unknown> => (await house.control.drainReport())?.phase;
    await expect.poll(phase, PATIENCE).toBe("waiting");
    await house.say("echo while you restart", { chat: "idle" });
    const { code, out, err } = await restart.ended;
    expect(code, err).toBe(0);
    expect(JSON.parse(out) as RestartAnswer).toMatchObject({
      outcome: "restarted",
      drain: { cut: [key("endless")], requeued: [key("starting")], timedOut: true },
    });
    await house.ready();
    expect(await statusOf("endless")).toBe("resume_pending");
    expect(await statusOf("asking")).toBe("awaiting_input");
    expect(await house.said("ending")).toContain("Counting to 4: 1 2 3 4. Done.");

    const shown = await house.shown("asking");
    const question = shown.find(({ buttons }) => buttons.length > 0);
    await house
      .chat("asking")
      .press(
        { on: question?.externalId ?? "", data: question?.buttons[0]?.[0]?.data ?? "" },
        { signal: never },
      );
    await house.say("what now?", { chat: "endless" });
    await house.say("and you?", { chat: "ending" });
    await expect.poll(() => house.said("asking"), PATIENCE).toContain("Allowed: May I?");
    await expect
      .poll(() => lastSaid("endless"), PATIENCE)
      .toContain("cut short by a restart and go");
    await expect.poll(() => lastSaid("ending"), PATIENCE).toContain("You said: and you?");
    await expect.poll(() => lastSaid("idle"), PATIENCE).toBe("while you restart");
    await expect.poll(() => lastSaid("starting"), PATIENCE).toBe("Accepted at last.");
    expect((await house.control.session(key("endless"))).session).toBe(session);
    const noted: Record<string, readonly string[]> = {};
    for (const chat of ["ending", "endless", "asking", "starting", "idle"]) {
      noted[chat] = await notesOf(chat);
      expect(await statusOf(chat)).toBe("idle");
    }
    expect(noted).toEqual({ ending: [], endless: ["restart"], asking: [], starting: [], idle: [] });
    expect(await house.control.deadLetters(10)).toEqual([]);
  });

  it("[D01][D04][C01][C02][R07] a turn that ends inside the drain of a SIGTERM is whole, and the next boot recovers nothing", async () => {
    const first = await house.run();
    await house.say("slow 0.8");
    await expect.poll(() => statusOf("home"), PATIENCE).toBe("running");
    first.kill("SIGTERM");
    expect(await first.ended).toMatchObject({ code: 0, signal: null });
    expect(isMarked()).toBe(true);
    await house.run();
    expect(isMarked()).toBe(false);
    expect((await house.control.status()).recovered).toBeNull();
    expect(await house.said()).toContain("Counting to 3: 1 2 3. Done.");
    await house.say("and now?");
    await expect.poll(() => lastSaid("home"), PATIENCE).toContain("You said: and now?");
    expect(await notesOf("home")).toEqual([]);
  });

  it("[C03][C06][R01][R02][R16][O07] a SIGKILL in the middle of an answer leaves one message that says so, and the next message goes on", async () => {
    const first = await house.run();
    await house.say("slow 30");
    await expect.poll(() => lastSaid("home"), PATIENCE).toContain("Counting to 120: 1");
    const { session } = await house.control.session(key("home"));
    first.kill("SIGKILL");
    await first.ended;
    await house.run();
    await expect.poll(() => lastSaid("home"), PATIENCE).toContain("Cut short by a crash");
    expect(await house.said()).toHaveLength(1);
    await house.say("go on");
    await expect.poll(() => lastSaid("home"), PATIENCE).toContain("cut short by a crash and go on");
    expect((await house.control.session(key("home"))).session).toBe(session);
    expect(await notesOf("home")).toEqual(["crash"]);
    await house.say("an ordinary one");
    await expect.poll(() => lastSaid("home"), PATIENCE).toContain("You said: an ordinary one");
    expect(await notesOf("home")).toEqual(["crash"]);
  });

  it("[D07][D13][C01] a second SIGTERM waits for no turn, and what was cut is told the reason", async () => {
    const first = await house.run();
    await house.say("hang");
    await expect.poll(() => statusOf("home"), PATIENCE).toBe("running");
    first.kill("SIGTERM");
    await expect
      .poll(async () => (await house.control.drainReport())?.phase, PATIENCE)
      .toBe("waiting");
    const at = performance.now();
    first.kill("SIGTERM");
    expect(await first.ended).toMatchObject({ code: 0, signal: null });
    expect(performance.now() - at).toBeLessThan(3000);
    expect(isMarked()).toBe(false);
    await house.run();
    expect(await statusOf("home")).toBe("resume_pending");
    await house.say("again?");
    await expect.poll(() => notesOf("home"), PATIENCE).toEqual(["shutdown"]);
  });

  it("[D16] a plan says who would be waited for, and changes nothing", async () => {
    await house.run();
    await house.say("hang", { chat: "endless" });
    await house.say("ask May I?", { chat: "asking" });
    await expect.poll(() => statusOf("endless"), PATIENCE).toBe("running");
    await expect.poll(() => statusOf("asking"), PATIENCE).toBe("awaiting_input");
    const { boot } = await house.control.status();
    const { code, out } = await house.cli(["restart", "--plan", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      waitFor: [{ key: key("endless") }],
      leftAlone: [key("asking")],
    });
    const { out: words } = await house.cli(["restart", "--plan"]);
    expect(words).toContain(key("endless"));
    expect(await house.control.status()).toMatchObject({ boot, phase: "running", drain: null });
    await house.say("echo still here", { chat: "other" });
    await expect.poll(() => lastSaid("other"), PATIENCE).toBe("still here");
    expect(await house.said("endless")).toEqual([]);
  });

  it("[D17][D02] work goes on after an undrain, with the message that came meanwhile", async () => {
    await house.run();
    await house.say("hang", { chat: "endless" });
    await expect.poll(() => statusOf("endless"), PATIENCE).toBe("running");
    const asked = await house.cli(["drain", "--no-wait"]);
    expect(asked.code, asked.err).toBe(0);
    await house.say("echo meanwhile", { chat: "other" });
    await expect.poll(() => lastSaid("other"), PATIENCE).toContain("Saved.");
    const undone = await house.cli(["undrain"]);
    expect(undone.code, undone.err).toBe(0);
    await expect.poll(() => house.said("other"), PATIENCE).toContain("meanwhile");
    expect((await house.control.status()).phase).toBe("running");
    expect(await statusOf("endless")).toBe("running");
  });

  it("[D17][D06] work goes on after an undrain of a drain that was over and stayed", async () => {
    await house.run();
    await house.say("hang", { chat: "endless" });
    await house.say("start 1", { chat: "starting" });
    await house.say("ask May I?", { chat: "asking" });
    await expect.poll(() => statusOf("endless"), PATIENCE).toBe("running");
    await expect.poll(() => statusOf("starting"), PATIENCE).toBe("starting");
    await expect.poll(() => statusOf("asking"), PATIENCE).toBe("awaiting_input");
    const drained = await house.cli(["drain", "--timeout", "0.1"]);
    expect(drained.code, drained.err).toBe(0);
    expect(drained.out).toContain("`sluice undrain` lets work go on");
    await house.say("echo meanwhile", { chat: "other" });
    await expect.poll(() => lastSaid("other"), PATIENCE).toContain("Saved.");
    const undone = await house.cli(["undrain"]);
    expect(undone).toMatchObject({ code: 0, out: "The drain is cancelled: work goes on.\n" });
    await house.say("/approve", { chat: "asking" });
    await house.say("go on", { chat: "endless" });
    await expect.poll(() => lastSaid("other"), PATIENCE).toBe("meanwhile");
    await expect.poll(() => house.said("asking"), PATIENCE).toContain("Allowed: May I?");
    await expect.poll(() => lastSaid("endless"), PATIENCE).toContain("You said: go on");
    await expect.poll(() => lastSaid("starting"), PATIENCE).toBe("Accepted at last.");
    expect(await notesOf("starting")).toEqual([]);
  });

  it("[D01][N02][I10] /restart restarts for an operator, once, and for nobody else", async () => {
    await house.start();
    const { boot } = await house.ready();
    await house.say("/restart", { chat: "guests", user: "guest" });
    await expect.poll(() => lastSaid("guests"), PATIENCE).toBe("Only an operator may do that.");
    expect((await house.control.status()).boot).toBe(boot);
    await house.say("/restart", { id: "the-one" });
    const next = await house.ready(boot);
    await expect.poll(() => lastSaid("home"), PATIENCE).toContain("Back online");
    await house.say("/restart", { id: "the-one" });
    await house.say("echo still the same");
    await expect.poll(() => lastSaid("home"), PATIENCE).toBe("still the same");
    expect((await house.control.status()).boot).toBe(next.boot);
    expect(await house.said()).toHaveLength(3);
  });

  it("[C07][C08] a stop in any phase of the start is a stop, and the next start finds nothing in its way", async () => {
    const first = await house.run();
    await house.say("hang");
    await expect.poll(() => statusOf("home"), PATIENCE).toBe("running");
    first.kill("SIGKILL");
    await first.ended;
    const phases = ["gateway.json", "sluice.sqlite-wal", "control.sock", "gateway ready"];
    for (const phase of phases) {
      const program = house.spawn(["run"]);
      const isReached = (): boolean =>
        existsSync(join(house.stateDir, phase)) || program.out().includes(phase);
      await expect.poll(isReached, { timeout: 5000, interval: 1 }).toBe(true);
      program.kill("SIGTERM");
      const { code, signal, err } = await program.ended;
      // Before the gateway listens to signals it is the system that ends the process.
      expect(code === 0 || signal === "SIGTERM", `${phase}: ${code} ${signal} ${err}`).toBe(true);
      expect(err).toBe("");
    }
    await house.run();
    await house.say("are you there?");
    await expect.poll(() => lastSaid("home"), PATIENCE).toContain("You said: are you there?");
  });
});
