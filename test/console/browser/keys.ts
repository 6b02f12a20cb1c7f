import type { Given } from "./devtools.ts";

interface Key {
  readonly code: string;
  readonly number: number;
  readonly text?: string;
}

const NAMED: Readonly<Record<string, Key>> = {
  Enter: { code: "Enter", number: 13, text: "\r" },
  Tab: { code: "Tab", number: 9 },
  Escape: { code: "Escape", number: 27 },
  Backspace: { code: "Backspace", number: 8 },
  Delete: { code: "Delete", number: 46 },
  Home: { code: "Home", number: 36 },
  End: { code: "End", number: 35 },
  PageUp: { code: "PageUp", number: 33 },
  PageDown: { code: "PageDown", number: 34 },
  ArrowLeft: { code: "ArrowLeft", number: 37 },
  ArrowUp: { code: "ArrowUp", number: 38 },
  ArrowRight: { code: "ArrowRight", number: 39 },
  ArrowDown: { code: "ArrowDown", number: 40 },
  Space: { code: "Space", number: 32, text: " " },
};

const MODIFIERS: Readonly<Record<string, number>> = { Alt: 1, Control: 2, Meta: 4, Shift: 8 };

/** `Shift+Tab`, `Control+a`, `Enter`, `x`: the two events of one press. */
export function pressOf(combination: string): readonly [Given, Given] {
  const parts = combination === "+" ? ["+"] : combination.split("+");
  const name = parts.at(-1) ?? "";
  const modifiers = parts.slice(0, -1).reduce((sum, part) => sum + (MODIFIERS[part] ?? 0), 0);
  const key = NAMED[name] ?? characterKey(name);
  const event = {
    key: name === "Space" ? " " : name,
    code: key.code,
    windowsVirtualKeyCode: key.number,
    modifiers,
  };
  const isText = key.text !== undefined && (modifiers & ~8) === 0;
  const down = isText ? { type: "keyDown", text: key.text } : { type: "rawKeyDown" };
  return [
    { ...event, ...down },
    { ...event, type: "keyUp" },
  ];
}

function characterKey(character: string): Key {
  const upper = character.toUpperCase();
  const isLetter = /^[A-Z]$/.test(upper);
  const code = isLetter ? `Key${upper}` : /^\d$/.test(character) ? `Digit${character}` : "";
  return { code, number: isLetter ? upper.charCodeAt(0) : 0, text: character };
}
