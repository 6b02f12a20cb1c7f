import type { Given } from "./devtools.ts";
import { until } from "./until.ts";

interface Wanted {
  readonly role: string;
  readonly name: string | RegExp;
}

/** Something on a page with this role and accessible name; looked for anew each time. Must be the only one. */
export interface Spot {
  /** Within this one. */
  at(role: string, name?: string | RegExp): Spot;
  /** A real press of the mouse in its middle, once nothing covers it. */
  click(): Promise<void>;
  focus(): Promise<void>;
  /** Focuses it and replaces what is in it. */
  fill(text: string): Promise<void>;
  /** What it shows. */
  text(): Promise<string>;
  /** JSON of an expression about `it`, the element. */
  read<Value>(expression: string): Promise<Value>;
  /** Names of all that are there now, also none. */
  names(): Promise<readonly string[]>;
  isThere(): Promise<boolean>;
  waitThere(ms?: number): Promise<void>;
  waitGone(ms?: number): Promise<void>;
  /** Until an expression about `it` is true. */
  waitFor(expression: string, ms?: number): Promise<void>;
}

interface Ground {
  send<Answer = Given>(method: string, params?: Given): Promise<Answer>;
  story(): Promise<string>;
  readonly within: Spot | null;
}

interface Found {
  readonly name: string;
  readonly node: number;
}

interface Looking extends Spot {
  readonly object: () => Promise<string>;
}

export function spotOf(ground: Ground, wanted: Wanted, parent: Looking | null = null): Looking {
  const { send } = ground;
  const words = `${wanted.role} named ${String(wanted.name)}`;

  const all = async (): Promise<readonly Found[]> => {
    const root =
      parent === null
        ? (await send<RemoteObject>("Runtime.evaluate", { expression: "document" })).result.objectId
        : await parent.object();
    const { nodes } = await send<AxNodes>("Accessibility.queryAXTree", {
      objectId: root,
      role: wanted.role,
    });
    return nodes
      .filter(({ ignored, backendDOMNodeId }) => !ignored && backendDOMNodeId !== undefined)
      .map(({ name, backendDOMNodeId }) => ({
        name: (name?.value ?? "").trim(),
        node: backendDOMNodeId ?? 0,
      }));
  };
  const fitting = async (): Promise<readonly Found[]> =>
    (await all()).filter(({ name }) =>
      typeof wanted.name === "string" ? name === wanted.name : wanted.name.test(name),
    );
  const one = async (): Promise<string | null> => {
    const [first, second] = await fitting();
    if (first === undefined || second !== undefined) return null;
    const { object } = await send<{ object: { objectId: string } }>("DOM.resolveNode", {
      backendNodeId: first.node,
    });
    return object.objectId;
  };
  const story = async (): Promise<string> => {
    const names = (await all()).map(({ name }) => JSON.stringify(name));
    const there = names.length === 0 ? "none" : names.slice(0, 30).join(", ");
    return `one ${words}; of that role: ${there}; ${await ground.story()}`;
  };
  const object = (): Promise<string> => until(() => calm(one), story);
  const call = async <Value>(target: string, body: string): Promise<Value> => {
    const answer = await send<Called<Value>>("Runtime.callFunctionOn", {
      objectId: target,
      functionDeclaration: `function () { const it = this; ${body} }`,
      awaitPromise: true,
      returnByValue: true,
      userGesture: true,
    });
    if (answer.exceptionDetails !== undefined) throw new Error(JSON.stringify(answer));
    return answer.result.value;
  };
  /** Its middle, unless something else would get the press. */
  const middle = async (): Promise<Point | null> => {
    const target = await one();
    if (target === null) return null;
    return call<Point | null>(target, MIDDLE);
  };

  const spot: Looking = {
    object,
    at: (role, name) => spotOf(ground, { role, name: name ?? /(?:)/ }, spot),
    async click() {
      const point = await until(
        () => calm(middle),
        async () => `a place to press, uncovered and at rest; ${await story()}`,
      );
      const mouse = { ...point, button: "left", clickCount: 1 };
      await send("Input.dispatchMouseEvent", { ...point, type: "mouseMoved" });
      await send("Input.dispatchMouseEvent", { ...mouse, type: "mousePressed" });
      await send("Input.dispatchMouseEvent", { ...mouse, type: "mouseReleased" });
    },
    async focus() {
      await call(await object(), "it.focus();");
    },
    async fill(text) {
      await call(await object(), "it.focus(); it.select?.();");
      await send("Input.insertText", { text });
    },
    text: async () => call<string>(await object(), "return it.innerText;"),
    read: async (expression) => call(await object(), `return ${expression};`),
    names: async () => (await fitting()).map(({ name }) => name),
    isThere: async () => (await fitting()).length > 0,
    async waitThere(ms) {
      await until(() => calm(one), story, ms);
    },
    async waitGone(ms) {
      const isGone = async (): Promise<true | null> => (await fitting()).length === 0 || null;
      await until(isGone, async () => `no ${words}; ${await ground.story()}`, ms);
    },
    async waitFor(expression, ms) {
      const isSo = async (): Promise<true | null> => {
        const target = await one();
        if (target === null) return null;
        return (await call<boolean>(target, `return Boolean(${expression});`)) || null;
      };
      await until(
        () => calm(isSo),
        async () => `${words}: ${expression}; ${await story()}`,
        ms,
      );
    },
  };
  return spot;
}

/** What was found may be gone a moment later: that is looked at again, and is no failure. */
async function calm<Value>(find: () => Promise<Value | null>): Promise<Value | null> {
  try {
    return await find();
  } catch (error) {
    if (/the browser|expression|SyntaxError/.test(String(error))) throw error;
    return null;
  }
}

const MIDDLE = `
  it.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
  const box = () => { const { x, y, width, height } = it.getBoundingClientRect(); return { x, y, width, height }; };
  const frame = () => new Promise((go) => requestAnimationFrame(go));
  const before = box();
  return frame().then(frame).then(() => {
    const now = box();
    if (before.x !== now.x || before.y !== now.y || now.width === 0 || now.height === 0) return null;
    if (it.disabled === true) return null;
    const point = { x: now.x + now.width / 2, y: now.y + now.height / 2 };
    const hit = document.elementFromPoint(point.x, point.y);
    return hit !== null && (it.contains(hit) || hit.contains(it) && hit.closest("label") !== null) ? point : null;
  });
`;

interface Point {
  readonly x: number;
  readonly y: number;
}

interface RemoteObject {
  readonly result: { readonly objectId: string };
}

interface AxNodes {
  readonly nodes: readonly {
    readonly ignored: boolean;
    readonly name?: { readonly value: string };
    readonly backendDOMNodeId?: number;
  }[];
}

interface Called<Value> {
  readonly result: { readonly value: Value };
  readonly exceptionDetails?: unknown;
}
