import { describe, expect, it } from "vitest";

import { areStored, createUploads } from "../../../console/chat/uploads.ts";
import type { Uploaded, Uploads } from "../../../console/chat/uploads.ts";

const stored = (name: string): Uploaded => ({
  outcome: "stored",
  file: { id: `id-${name}`, name, type: "text/plain", size: 3 },
});

describe("files beside a message", () => {
  it("go one after another, and are taken when they are there", async () => {
    const world = createWorld([stored("a"), stored("b")]);
    const { uploads } = world;
    uploads.add([file("a"), file("b")]);
    expect(states(uploads)).toEqual(["a sending", "b waiting"]);
    expect(areStored(uploads.list())).toBe(false);
    await world.tick();
    expect(states(uploads)).toEqual(["a stored", "b stored"]);
    expect(areStored(uploads.list())).toBe(true);
    expect(uploads.take().map(({ id }) => id)).toEqual(["id-a", "id-b"]);
    expect(uploads.list()).toEqual([]);
  });

  it("are sent again when the gateway was away", async () => {
    const world = createWorld([{ outcome: "again" }, { outcome: "again" }, stored("a")]);
    world.uploads.add([file("a")]);
    for (let turn = 0; turn < 3; turn += 1) await world.tick();
    expect(states(world.uploads)).toEqual(["a stored"]);
    expect(world.sent).toEqual(["a", "a", "a"]);
  });

  it("are told when they are too large, empty, too many or refused, and do not hold the message", async () => {
    const world = createWorld([{ outcome: "refused", reason: "no room" }]);
    world.uploads.add([file("big", 20 * 1024 * 1024 + 1), file("none", 0), file("a")]);
    await world.tick();
    expect(states(world.uploads)).toEqual(["big refused", "none refused", "a refused"]);
    expect(areStored(world.uploads.list())).toBe(true);
    const many = createWorld([]);
    many.uploads.add(Array.from({ length: 11 }, (_, at) => file(`f${at}`)));
    expect(states(many.uploads).at(-1)).toBe("f10 refused");
  });

  it("are still there after a reload once the gateway has them", async () => {
    const world = createWorld([stored("a")]);
    world.uploads.add([file("a")]);
    await world.tick();
    const again = world.open();
    expect(states(again)).toEqual(["a stored"]);
    again.remove("id-a");
    expect(world.open().list()).toEqual([]);
  });
});

function file(name: string, size = 3): File {
  const made = new File(["abc"], name);
  Object.defineProperty(made, "size", { value: size });
  return made;
}

function states(uploads: Uploads): readonly string[] {
  return uploads.list().map(({ name, state }) => `${name} ${state.at}`);
}

function createWorld(answers: readonly Uploaded[]): {
  readonly uploads: Uploads;
  readonly sent: readonly string[];
  open(): Uploads;
  tick(): Promise<void>;
} {
  const left = [...answers];
  const sent: string[] = [];
  let kept: string | null = null;
  let timers: (() => void)[] = [];
  const open = (): Uploads =>
    createUploads({
      send({ name }) {
        sent.push(name);
        const answer = left.shift();
        const done =
          answer === undefined ? new Promise<Uploaded>(() => {}) : Promise.resolve(answer);
        return { done, stop: () => undefined };
      },
      shelf: {
        read: () => kept,
        write: (text) => {
          kept = text;
        },
      },
      after(_, act) {
        timers.push(act);
        return () => undefined;
      },
    });
  return {
    uploads: open(),
    sent,
    open,
    async tick() {
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
      const due = timers;
      timers = [];
      for (const act of due) act();
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    },
  };
}
