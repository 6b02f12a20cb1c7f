/** Bytes as people say them. */
export function formatSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${rounded(bytes / 1000)} kB` : `${rounded(bytes / 1_000_000)} MB`;
}

function rounded(size: number): string {
  return size < 10 ? size.toFixed(1) : String(Math.round(size));
}
