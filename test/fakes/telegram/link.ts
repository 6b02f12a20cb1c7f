/** Why Telegram takes a text for no link; null when it is one. */
export function linkProblem(text: string): string | null {
  if (/^(tg|ton):/i.test(text)) return null;
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "http" && scheme !== "https") {
    return "Unsupported URL protocol";
  }
  const full = scheme === undefined ? `http://${text}` : text;
  if (!URL.canParse(full)) return "Wrong HTTP URL";
  const { hostname } = new URL(full);
  // `localhost` is no link: a host has a dot.
  return hostname.includes(".") || hostname.startsWith("[") ? null : "Wrong HTTP URL";
}
