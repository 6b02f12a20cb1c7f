import { h } from "preact";
import type { ComponentChildren } from "preact";
import { CHAT_ROOT } from "./chat-client.ts";
import { formatSize } from "./format-size.ts";
import type { ShownFile } from "../../adapters/local/shown-message.ts";
import { withTurnsTold } from "./visible-text.ts";

/** What a browser draws without running anything in it; all else is saved. */
const DRAWN = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

export function MessageFiles({
  files,
}: {
  readonly files: readonly ShownFile[];
}): ComponentChildren {
  if (files.length === 0) return null;
  return h(
    "ul",
    { class: "files", "aria-label": "Files" },
    files.map((file) => h("li", { key: file.id }, h(MessageFile, { file }))),
  );
}

function MessageFile({ file }: { readonly file: ShownFile }): ComponentChildren {
  const { id, name, type, size } = file;
  const href = `${CHAT_ROOT}/files/${encodeURIComponent(id)}`;
  const shown = withTurnsTold(name);
  return h(
    "a",
    { class: "file", href, download: name },
    DRAWN.has(type)
      ? h("img", { src: href, alt: shown, loading: "lazy" })
      : h("span", { class: "sheet", "aria-hidden": "true" }, endingOf(name)),
    h(
      "span",
      { class: "file-words" },
      h("bdi", null, shown),
      h("span", { class: "muted" }, formatSize(size)),
    ),
  );
}

function endingOf(name: string): string {
  return (/\.([A-Za-z0-9]{1,4})$/.exec(name)?.[1] ?? "file").toLowerCase();
}
