import type { MarkedToken, Token } from "marked";

/** What marked read, with HTML understood as far as a chat can show it. */
export type Node = TokenNode | TextNode | ElementNode;

export interface TokenNode {
  readonly kind: "token";
  readonly token: MarkedToken;
}

/** The words of an HTML block, and every tag that we do not know: both are read by people as they are. */
export interface TextNode {
  readonly kind: "text";
  readonly text: string;
}

export interface ElementNode {
  readonly kind: "element";
  readonly name: ElementName;
  readonly attributes: string;
  readonly children: readonly Node[];
}

export type ElementName = (typeof NAMES)[keyof typeof NAMES];

const NAMES = {
  b: "bold",
  strong: "bold",
  i: "italic",
  em: "italic",
  u: "underline",
  ins: "underline",
  s: "strikethrough",
  del: "strikethrough",
  strike: "strikethrough",
  "tg-spoiler": "spoiler",
  code: "code",
  kbd: "code",
  samp: "code",
  tt: "code",
  pre: "pre",
  a: "link",
  blockquote: "blockquote",
  details: "details",
  summary: "summary",
} as const;

/** What marked reads when it has no extensions. */
const MARKED: ReadonlySet<string> = new Set<MarkedToken["type"]>([
  "blockquote",
  "br",
  "checkbox",
  "code",
  "codespan",
  "def",
  "del",
  "em",
  "escape",
  "heading",
  "hr",
  "html",
  "image",
  "link",
  "list",
  "list_item",
  "paragraph",
  "space",
  "strong",
  "table",
  "text",
]);

type Piece =
  | { readonly kind: "node"; readonly node: Node }
  | { readonly kind: "open"; readonly name: string; readonly raw: string }
  | { readonly kind: "close"; readonly name: string; readonly raw: string };

const TAG = /<!--[\s\S]*?(?:-->|$)|<(\/?)([a-z][a-z0-9-]*)(?:\s[^<>]*)?\/?>/gi;

export function toNodes(tokens: readonly Token[]): readonly Node[] {
  return nested(tokens.flatMap(toPieces));
}

/** Without any look: what stands inside code. */
export function literal(nodes: readonly Node[]): string {
  return nodes.map(literalOf).join("");
}

function literalOf(node: Node): string {
  switch (node.kind) {
    case "token":
      return node.token.raw;
    case "text":
      return node.text;
    case "element":
      return literal(node.children);
  }
}

function toPieces(token: Token): readonly Piece[] {
  if (!isMarked(token)) return [text(token.raw)];
  if (token.type === "html") return htmlPieces(token.raw);
  return [{ kind: "node", node: { kind: "token", token } }];
}

function isMarked(token: Token): token is MarkedToken {
  return MARKED.has(token.type);
}

function htmlPieces(html: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of html.matchAll(TAG)) {
    const [raw, slash, tag] = match;
    if (match.index > end) pieces.push(text(html.slice(end, match.index)));
    end = match.index + raw.length;
    const name = tag?.toLowerCase();
    if (name === undefined) continue;
    if (name === "br") pieces.push(text("\n"));
    else if (!Object.hasOwn(NAMES, name)) pieces.push(text(raw));
    else pieces.push({ kind: slash === "" ? "open" : "close", name, raw });
  }
  if (end < html.length) pieces.push(text(html.slice(end)));
  return pieces;
}

function text(text: string): Piece {
  return { kind: "node", node: { kind: "text", text } };
}

interface Opened {
  readonly name: string;
  readonly raw: string;
  readonly before: readonly Node[];
}

/** A tag without its other half is text. */
function nested(pieces: readonly Piece[]): readonly Node[] {
  const opened: Opened[] = [];
  let nodes: Node[] = [];
  const give = (inner: readonly Node[], { raw, before }: Opened): void => {
    nodes = [...before, { kind: "text", text: raw }, ...inner];
  };
  for (const piece of pieces) {
    if (piece.kind === "node") nodes.push(piece.node);
    else if (piece.kind === "open") {
      opened.push({ name: piece.name, raw: piece.raw, before: nodes });
      nodes = [];
    } else if (opened.some(({ name }) => name === piece.name)) {
      for (let open = opened.pop(); open !== undefined; open = opened.pop()) {
        if (open.name !== piece.name) {
          give(nodes, open);
          continue;
        }
        nodes = [...open.before, toElement(open, nodes)];
        break;
      }
    } else nodes.push({ kind: "text", text: piece.raw });
  }
  for (let open = opened.pop(); open !== undefined; open = opened.pop()) give(nodes, open);
  return nodes;
}

function toElement({ name, raw }: Opened, children: readonly Node[]): ElementNode {
  const element = NAMES[isKnown(name) ? name : "b"];
  return { kind: "element", name: element, attributes: raw, children };
}

function isKnown(name: string): name is keyof typeof NAMES {
  return Object.hasOwn(NAMES, name);
}
