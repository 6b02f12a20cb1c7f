/** The names by which a browser may ask for the console. */
export interface Names {
  /** Whether a Host header names this machine. */
  isOurs(host: string | undefined): boolean;
  /** Whether a page of this origin is the one that this host serves. */
  isSameOrigin(origin: string, host: string | undefined): boolean;
}

const WILDCARDS = new Set(["0.0.0.0", "::", "[::]"]);

/**
 * Anything else is a page of somebody else that had its own name lead to this machine (DNS rebinding). `hosts`: names
 * under which a reverse proxy is reached.
 */
export function createNames(host: string, hosts: readonly string[]): Names {
  const here = new Set(["localhost", "127.0.0.1", "[::1]"]);
  if (!WILDCARDS.has(host)) here.add(host.includes(":") ? `[${host}]` : host.toLowerCase());
  const beyond = new Set(hosts.map((name) => name.toLowerCase()));
  return {
    isOurs(asked) {
      const name = nameOf(asked);
      return name !== null && (here.has(name) || beyond.has(name));
    },
    isSameOrigin(origin, asked) {
      if (asked === undefined || !URL.canParse(origin)) return false;
      const { protocol, host: from } = new URL(origin);
      // Only in front of a proxy is there encryption.
      const isKnown =
        protocol === "http:" || (protocol === "https:" && beyond.has(nameOf(asked) ?? ""));
      return isKnown && from === new URL(`${protocol}//${asked}`).host;
    },
  };
}

function nameOf(host: string | undefined): string | null {
  if (host === undefined || !/^[\w.:[\]-]+$/.test(host)) return null;
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : null;
}
