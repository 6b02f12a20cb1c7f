/** A word as systemd reads it back in assignments such as `Environment=`: see systemd.syntax(7). */
export function quoted(word: string): string {
  const literal = word.replaceAll("%", "%%");
  if (/^[\w@%+=:,./-]+$/.test(literal)) return literal;
  return `"${literal.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** For `Exec…=`, where `$` stands for variables besides. */
export function commandLine(words: readonly string[]): string {
  return words.map((word) => quoted(word.replaceAll("$", "$$$$"))).join(" ");
}
