import { h } from "preact";
import type { ComponentChildren } from "preact";
import { piecesOf, withPictures } from "./visible-text.ts";

/** Of one stretch of text, so that a line without end is not laid out as one. */
const PIECE = 1000;

/** Text as it may be shown: harmless, and quick to lay out. */
export function inPieces(text: string): ComponentChildren {
  const shown = withPictures(text);
  return shown.length <= PIECE
    ? shown
    : piecesOf(shown, PIECE).map((piece, at) => h("span", { key: at }, piece));
}
