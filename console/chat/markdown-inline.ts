import type { MarkedToken, Token } from "marked";

/** Words and their looks: what stands inside a paragraph, a heading or a cell. */
export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "strong" | "em" | "strike"; readonly content: readonly Inline[] }
  | { readonly kind: "code"; readonly text: string }
  /** `address` is one that may be followed. */
  | { readonly kind: "link"; readonly address: string; readonly content: readonly Inline[] }
  | { readonly kind: "break" };

export function toInlines(tokens: readonly Token[]): readonly Inline[] {
  return tokens.flatMap(toInline);
}

/** Null: not an address that a page may lead to. Relative ones would lead into the console itself. */
function toAddress(href: string): string | null {
  const url = URL.parse(href.trim());
  return url !== null && FOLLOWED.has(url.protocol) ? url.href : null;
}

const FOLLOWED = new Set(["http:", "https:", "mailto:"]);

function toInline(token: Token): readonly Inline[] {
  if (!isInline(token)) return [{ kind: "text", text: token.raw }];
  switch (token.type) {
    case "text":
      return token.tokens === undefined ? [words(token.text)] : toInlines(token.tokens);
    case "escape":
      return [{ kind: "text", text: token.text }];
    case "codespan":
      return [{ kind: "code", text: token.text }];
    case "br":
      return [{ kind: "break" }];
    case "strong":
    case "em":
      return [{ kind: token.type, content: toInlines(token.tokens) }];
    case "del":
      return [{ kind: "strike", content: toInlines(token.tokens) }];
    case "link":
      return toLink(token.href, toInlines(token.tokens), token.raw);
    case "image":
      // Loading it would tell its server who reads here.
      return toLink(token.href, [words(token.text || token.href)], token.raw);
    case "checkbox":
      return [];
  }
}

function toLink(href: string, content: readonly Inline[], raw: string): readonly Inline[] {
  const address = toAddress(href);
  if (address === null) return [{ kind: "text", text: raw }];
  return [{ kind: "link", address, content }];
}

type InlineToken = Extract<
  MarkedToken,
  {
    type:
      | "text"
      | "escape"
      | "codespan"
      | "br"
      | "strong"
      | "em"
      | "del"
      | "link"
      | "image"
      | "checkbox";
  }
>;

function isInline(token: Token): token is InlineToken {
  return INLINE.has(token.type);
}

const INLINE: ReadonlySet<string> = new Set<InlineToken["type"]>([
  "text",
  "escape",
  "codespan",
  "br",
  "strong",
  "em",
  "del",
  "link",
  "image",
  "checkbox",
]);

function words(text: string): Inline {
  return { kind: "text", text: withoutReferences(text) };
}

/** `&amp;`, `&#38;` and `&#x26;` as the character that they name; what is none of the usual ones stays. */
function withoutReferences(text: string): string {
  if (!text.includes("&")) return text;
  return text.replaceAll(
    /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|(\w{2,6}));/g,
    (whole: string, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return NAMED.get(name) ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
      const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
      return isCharacter ? String.fromCodePoint(code) : whole;
    },
  );
}

const NAMED = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
  ["nbsp", "\u{A0}"],
]);
