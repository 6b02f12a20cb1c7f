import { describe, expect, it } from "vitest";

import { drawHead, drawLanes } from "../../../console/timeline/draw.ts";
import { firstTurn, neighbour } from "../../../console/timeline/neighbours.ts";
import { toPicture } from "../../../console/timeline/picture.ts";
import type { Picture } from "../../../console/timeline/picture.ts";
import { svgText } from "../../../console/timeline/shape.ts";
import type { Shape } from "../../../console/timeline/shape.ts";
import { wallClock } from "../../../console/timeline/time-ticks.ts";
import type { Timeline } from "../../../gateway/report/timeline.ts";
import type { SessionKey } from "../../../sessions/ids.ts";
import { at, boot, drain, lane, restarted, segment, timeline, turn } from "./sample.ts";

/** 10 px a second, from px 0 on. */
function lay(
  given: Timeline,
  more: { from?: number; until?: number; gutter?: number } = {},
): Picture {
  const { from = 0, until = 100, gutter = 0 } = more;
  return toPicture(given, {
    window: { from: at(from), until: at(until) },
    width: gutter + (until - from) * 10 + 8,
    gutter,
    clock: wallClock(0),
    now: given.now,
  });
}

const texts = ({ children }: Shape): readonly string[] =>
  children.flatMap((child) => (typeof child === "string" ? [child] : texts(child)));
const drawn = (picture: Picture): readonly string[] =>
  [...drawHead(picture), ...drawLanes(picture, { href: () => "#" })].flatMap(texts);
const all = (shapes: readonly Shape[], tag: string): readonly Shape[] =>
  shapes.flatMap((each) => [
    ...(each.tag === tag ? [each] : []),
    ...all(
      each.children.filter((child) => typeof child !== "string"),
      tag,
    ),
  ]);

describe("bars", () => {
  it("stand where their turn was, part by part", () => {
    const phases = turn("1", [10, 60], {
      segments: [
        segment("starting", [10, 12], { end: "next" }),
        segment("running", [12, 30], { end: "next" }),
        segment("awaiting_input", [30, 40], { end: "next" }),
        segment("awaiting_input", [40, 50], { end: "next", boot: null }),
        segment("running", [50, 60]),
      ],
    });
    const [bar] = lay(timeline({ sessions: [lane("a", [phases])] })).lanes[0]?.bars ?? [];
    expect(bar).toMatchObject({ x: 100, width: 500 });
    expect(bar?.parts.map(({ kind, x, width }) => [kind, x, width])).toEqual([
      ["starting", 100, 20],
      ["running", 120, 180],
      ["awaiting_input", 300, 100],
      ["waits_alone", 400, 100],
      ["running", 500, 100],
    ]);
    expect(bar?.words).toBe("took 50 s, of which 20 s waiting for approval, completed");
  });

  it("are seen however short their turn was, and grow while it goes on", () => {
    const { lanes } = lay(
      timeline({
        now: at(80),
        sessions: [lane("a", [turn("1", [10, 10.001]), turn("2", [70, null])])],
      }),
    );
    const [short, open] = lanes[0]?.bars ?? [];
    expect(short?.width).toBeGreaterThanOrEqual(4);
    expect(open).toMatchObject({ x: 700, width: 100, end: null });
    expect(open?.words).toBe("has run for 10 s");
  });

  it("are cut off at the window, and what lies outside is not there", () => {
    const sessions = [
      lane("a", [turn("1", [0, 30]), turn("2", [60, 90])]),
      lane("b", [turn("3", [0, 10])]),
    ];
    const { lanes, height } = lay(timeline({ sessions }), { from: 20, until: 70 });
    expect(lanes.map(({ name }) => name.name)).toEqual(["a"]);
    expect(lanes[0]?.bars.map(({ x, width }) => [x, width])).toEqual([
      [0, 100],
      [400, 100],
    ]);
    expect(lanes[0]?.bars[1]?.end).toBeNull();
    expect(height).toBe(lanes[0]?.height);
  });

  it.each([
    ["cut", "cut short"],
    ["failed", "failed"],
    ["cancelled", "cancelled"],
    ["requeued", "back in the queue"],
    ["interrupted", "interrupted"],
  ] as const)("of a turn that was %s say so beside them, where there is room", (end, words) => {
    const room = lay(timeline({ sessions: [lane("a", [turn("1", [10, 30], { end })])] }));
    expect(room.lanes[0]?.bars[0]?.end).toMatchObject({ kind: end, text: words });
    const none = [turn("1", [10, 30], { end }), turn("2", [31, 40])];
    const tight = lay(timeline({ sessions: [lane("a", none)] }));
    expect(tight.lanes[0]?.bars[0]?.end).toMatchObject({ kind: end, text: null });
  });

  it("of a turn that continues one say so", () => {
    expect(drawn(lay(restarted()))).toContain("continued");
  });
});

describe("marks", () => {
  it("lead from the cut to the turn that went on", () => {
    const { lanes } = lay(restarted());
    const [mark] = lanes.find(({ name }) => name.name === "cut")?.marks ?? [];
    expect(mark).toMatchObject({ kind: "resume_pending", isContinued: true });
    expect((mark?.x ?? 0) + (mark?.width ?? 0)).toBe(300);
    expect(mark?.x).toBeGreaterThanOrEqual(180);
    const [open] = lanes.find(({ name }) => name.name === "waits")?.marks ?? [];
    expect(open).toMatchObject({ isContinued: false, text: "waits to be continued" });
  });
});

describe("bands", () => {
  it("tell a drain, its time-out and the absence after it", () => {
    const { bands, head } = lay(restarted());
    expect(bands.map(({ kind, x, width }) => [kind, x, width])).toEqual([
      ["drain", 100, 90],
      ["cut", 180, 0],
      ["restart", 200, 20],
    ]);
    expect(bands[0]?.words).toBe(
      "Drain for 9.0 s, asked for by ann: time-out after 8.0 s, what still ran was cut",
    );
    expect(bands[2]?.words).toBe("Restart, turns cut: away for 2.0 s");
    expect(head.life.map(({ kind, x, width }) => [kind, x, width])).toEqual([
      ["starting", 0, 5],
      ["up", 5, 95],
      ["draining", 100, 90],
      ["starting", 215, 5],
      ["up", 220, 780],
    ]);
  });

  it("tell a kill from the last sign of life until it was back", () => {
    const killed = boot("a", 0, { end: { how: "killed", notBefore: at(30), notAfter: at(35) } });
    const { bands } = lay(timeline({ boots: [killed, boot("b", 35)] }));
    expect(bands).toMatchObject([{ kind: "killed", x: 300, width: 55, label: "killed" }]);
  });

  it("tell a gateway that is not back yet until now", () => {
    const gone = boot("a", 0, {
      end: { how: "clean", notBefore: at(90), notAfter: at(90) },
      drains: [drain(89, { next: "stop", endedAt: at(90), end: "drained" })],
    });
    const { bands } = lay(timeline({ boots: [gone] }));
    expect(bands.at(-1)).toMatchObject({ kind: "restart", x: 900, width: 100, label: "stopped" });
  });

  it("tell since when the gateway does not answer, and nothing grows while it does not", () => {
    const given = timeline({ sessions: [lane("a", [turn("1", [10, null])])] });
    const picture = toPicture(given, {
      window: { from: at(0), until: at(100) },
      width: 1008,
      gutter: 0,
      clock: wallClock(0),
      now: at(90),
      lostAt: at(80),
    });
    expect(picture.bands).toMatchObject([{ label: "away", x: 800, width: 100 }]);
    expect(picture.lanes[0]?.bars[0]).toMatchObject({ x: 100, width: 700 });
    expect(picture.head.life.at(-1)).toMatchObject({ kind: "up", x: 5, width: 795 });
    expect(picture.nowX).toBe(900);
  });

  it("tell a drain that stays until it is called off", () => {
    const stays = drain(10, { next: "stay", end: "drained", endedAt: at(12) });
    const { bands } = lay(timeline({ boots: [boot("a", 0, { drains: [stays] })] }));
    expect(bands).toMatchObject([{ kind: "drain", x: 100, width: 900 }]);
    const called = { ...stays, end: "called_off", endedAt: at(20) } as const;
    const after = lay(timeline({ boots: [boot("a", 0, { drains: [called] })] }));
    expect(after.bands).toMatchObject([{ x: 100, width: 100, label: "drain, called off" }]);
    expect(after.head.life.at(-1)).toMatchObject({ kind: "up", x: 200, width: 800 });
  });

  it("are seen however short they were", () => {
    const quick = boot("a", 0, {
      end: { how: "clean", notBefore: at(50), notAfter: at(50) },
      drains: [drain(49.99, { endedAt: at(50), end: "drained" })],
    });
    const { bands } = lay(timeline({ boots: [quick, boot("b", 50.01, { readyAt: at(50.02) })] }));
    for (const band of bands) expect(band.width).toBeGreaterThanOrEqual(3);
  });

  it("never write two labels over each other, and leave out the least important", () => {
    const boots = Array.from({ length: 20 }, (_, index) =>
      boot(`${index}`, 50 + index * 0.2, {
        readyAt: at(50 + index * 0.2),
        end: {
          how: index === 13 ? "killed" : "clean",
          notBefore: at(50.1 + index * 0.2),
          notAfter: at(50.1 + index * 0.2),
        },
      }),
    );
    const { labels } = lay(timeline({ boots })).head;
    expect(labels[0]).toMatchObject({ text: "killed" });
    expect(labels.length).toBeLessThan(20);
    for (const one of labels) {
      for (const other of labels) {
        if (one === other || one.row !== other.row) continue;
        expect(Math.abs(one.x - other.x)).toBeGreaterThan(30);
      }
    }
  });
});

describe("the drawing", () => {
  it("gives each turn one link with all of it in words, and none of its letters a meaning", () => {
    const hostile = `local:main:<script>"&'\u202e\u0007` as SessionKey;
    const given = timeline({
      sessions: [{ ...lane("a", [turn("1", [10, 30]), turn("2", [40, 50])]), key: hostile }],
    });
    const shapes = drawLanes(lay(given), {
      href: ({ key }) => `#/sessions/${encodeURIComponent(key)}`,
    });
    const links = all(shapes, "a");
    expect(links).toHaveLength(2);
    expect(links[0]?.with).toMatchObject({
      "data-turn": "trn_1",
      "aria-label": `<script>"&'\ufffd\ufffd: took 20 s, completed`,
    });
    const text = svgText({ tag: "svg", with: {}, children: shapes });
    expect(text).not.toContain("<script>");
    for (const evil of ["\u202e", "\u0007"]) expect(text).not.toContain(evil);
  });

  it("leaves out the lanes that nobody sees, and keeps their room", () => {
    const picture = lay(restarted());
    const shapes = drawLanes(picture, { href: null, isDrawn: ({ y }) => y < 60 });
    expect(shapes.filter(({ with: given }) => given["class"] === "lane")).toHaveLength(2);
    expect(shapes.filter(({ with: given }) => given["class"] === "lane-line")).toHaveLength(4);
  });

  it("without links tells the same by titles", () => {
    const shapes = drawLanes(lay(restarted()), { href: null });
    expect(all(shapes, "a")).toEqual([]);
    expect(all(shapes, "title").flatMap(texts)).toContain("took 13 s, cut short by a restart");
  });

  it("puts names above their bars where there is little room, and beside them where there is more", () => {
    const [narrow] = lay(restarted()).lanes;
    const [wide] = lay(restarted(), { gutter: 150 }).lanes;
    expect(narrow?.isNameAbove).toBe(true);
    expect(wide?.isNameAbove).toBe(false);
    expect(narrow?.height).toBeGreaterThan(wide?.height ?? 0);
    expect(wide?.bars[0]?.x).toBe(150 + 50);
  });

  it("says where a session is only where there are several places", () => {
    const one = timeline({ sessions: [lane("a", [turn("1", [1, 2])])] });
    const two = {
      ...one,
      sessions: [
        ...one.sessions,
        { ...lane("b", [turn("2", [1, 2])]), key: "telegram:bot:b" as SessionKey },
      ],
    };
    expect(drawn(lay(one))).not.toContain("local");
    expect(drawn(lay(two))).toEqual(expect.arrayContaining(["local", "telegram bot"]));
  });
});

describe("the arrow keys", () => {
  const { lanes } = lay(
    timeline({
      sessions: [
        lane("a", [turn("a1", [10, 20]), turn("a2", [30, 40])]),
        lane("b", [turn("b1", [12, 14]), turn("b2", [60, 70])]),
      ],
    }),
  );

  it.each([
    ["trn_a1", "right", "trn_a2"],
    ["trn_a2", "left", "trn_a1"],
    ["trn_a2", "right", null],
    ["trn_a1", "down", "trn_b1"],
    ["trn_b2", "up", "trn_a2"],
    ["trn_a1", "up", null],
    ["trn_b1", "last", "trn_b2"],
    ["trn_b2", "first", "trn_b1"],
    ["trn_gone", "left", null],
  ] as const)("lead from %s %s to %s", (from, way, to) => {
    expect(neighbour(lanes, from, way)).toBe(to);
  });

  it("begin with the latest turn of the first lane", () => {
    expect(firstTurn(lanes)).toBe("trn_a2");
    expect(firstTurn([])).toBeNull();
  });
});
