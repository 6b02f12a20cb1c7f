import type { Word, WordPlace } from "./word-tree.ts";

export type ShellName = "bash" | "zsh" | "fish";

export const SHELL_NAMES: readonly ShellName[] = ["bash", "zsh", "fish"];

/** A script for one shell that completes the words of the tree. */
export function completionScript(shell: ShellName, tree: readonly WordPlace[]): string {
  switch (shell) {
    case "bash":
      return bashScript(tree);
    case "zsh":
      return zshScript(tree);
    case "fish":
      return fishScript(tree);
  }
}

// Each script walks over the words typed so far and keeps those that are a known path; options and
// their values, keys and ids are none, so that they fall through.

function bashScript(tree: readonly WordPlace[]): string {
  return `# bash completion of sluice: source it, or put it into a directory of bash-completion
_sluice() {
  local current="\${COMP_WORDS[COMP_CWORD]}" place="" word choices=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$place/$word" in
${paths(tree, (path) => `      "${path}") place="${path}" ;;`)}
    esac
  done
  case "$place" in
${tree.map((at) => `    "${slashed(at)}") choices="${texts(at).join(" ")}" ;;`).join("\n")}
  esac
  COMPREPLY=($(compgen -W "$choices" -- "$current"))
}
complete -F _sluice sluice
`;
}

function zshScript(tree: readonly WordPlace[]): string {
  const described = (at: WordPlace): string =>
    [...at.words, ...at.options].map((word) => quote(`${word.text}:${word.about}`)).join(" ");
  return `#compdef sluice
# zsh completion of sluice: put it as _sluice into a directory of $fpath
_sluice() {
  local place="" word
  local -a choices
  for word in "\${words[@]:1:$((CURRENT - 2))}"; do
    case "$place/$word" in
${paths(tree, (path) => `      "${path}") place="${path}" ;;`)}
    esac
  done
  case "$place" in
${tree.map((at) => `    "${slashed(at)}") choices=(${described(at)}) ;;`).join("\n")}
  esac
  _describe sluice choices
}
compdef _sluice sluice
`;
}

function fishScript(tree: readonly WordPlace[]): string {
  const line = (at: WordPlace, word: Word): string => {
    const condition = `-n '__sluice_at "${slashed(at)}"'`;
    const given = word.text.startsWith("--") ? `-l ${word.text.slice(2)}` : `-a ${word.text}`;
    return `complete -c sluice ${condition} ${given} -d ${quote(word.about)}`;
  };
  return `# fish completion of sluice: put it as sluice.fish into ~/.config/fish/completions
function __sluice_at
  set -l place ""
  for word in (commandline -opc)[2..-1]
    switch "$place/$word"
${paths(tree, (path) => `      case "${path}"\n        set place "${path}"`)}
    end
  end
  test "$place" = "$argv[1]"
end
complete -c sluice -f
${tree.flatMap((at) => [...at.words, ...at.options].map((word) => line(at, word))).join("\n")}
`;
}

function paths(tree: readonly WordPlace[], line: (path: string) => string): string {
  return tree
    .filter((at) => at.path !== "")
    .map((at) => line(slashed(at)))
    .join("\n");
}

/** `/sessions/show`; the program itself is empty. */
function slashed(at: WordPlace): string {
  return at.path === "" ? "" : `/${at.path.replaceAll(" ", "/")}`;
}

function texts(at: WordPlace): readonly string[] {
  return [...at.words, ...at.options].map((word) => word.text);
}

/** For all three shells: no quote inside can end it. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "’")}'`;
}
