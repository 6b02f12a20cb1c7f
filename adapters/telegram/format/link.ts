/** How a link can be shown: behind its text, beside it, or not at all. */
export type Destination =
  | { readonly shown: "behind"; readonly url: string }
  | { readonly shown: "beside"; readonly place: string }
  | { readonly shown: "not" };

/**
 * Telegram drops a link whose host has no dot (`localhost`) and reads `mailto:` as a web address; such places,
 * and files, are worth reading all the same.
 */
export function toDestination(href: string): Destination {
  const place = href.trim();
  if (place === "" || place.startsWith("#")) return { shown: "not" };
  const [, scheme] = /^([a-z][a-z0-9+.-]+):/i.exec(place) ?? [];
  switch (scheme?.toLowerCase() ?? "") {
    case "http":
    case "https":
      return hasFullHost(place) ? { shown: "behind", url: place } : { shown: "beside", place };
    case "tg":
      return URL.canParse(place) ? { shown: "behind", url: place } : { shown: "not" };
    case "mailto":
      return { shown: "beside", place: place.slice("mailto:".length) };
    case "javascript":
    case "vbscript":
    case "data":
      return { shown: "not" };
    default:
      return { shown: "beside", place };
  }
}

function hasFullHost(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return hostname.includes(".") || hostname.startsWith("[");
}
