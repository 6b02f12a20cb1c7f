import { h } from "preact";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { AttachedFiles } from "./attached-files.ts";
import type { Draft } from "./draft.ts";
import { FILE_LIMITS, areStored } from "./uploads.ts";
import type { Attached } from "./uploads.ts";
import { Icon } from "../icons/icon.ts";

export interface ComposerProps {
  readonly draft: Draft;
  readonly attached: readonly Attached[];
  /** An answer can be ended. */
  readonly canStop: boolean;
  /** Grows whenever the field is to have the focus. */
  readonly focusing: number;
  readonly onDraft: (draft: Draft) => void;
  readonly onSend: () => void;
  readonly onStop: () => void;
  readonly onFiles: (files: readonly File[]) => void;
  readonly onRemoveFile: (key: string) => void;
}

/** An Enter this soon after a composition ended chose a word of it (Safari tells the end first). */
const COMPOSED_MS = 60;
const MOST_HEIGHT = 220;

export function Composer(props: ComposerProps): ComponentChildren {
  const { draft, attached, canStop, focusing, onDraft, onSend, onStop, onFiles, onRemoveFile } =
    props;
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const composedAt = useRef(-COMPOSED_MS);
  const hasFiles = attached.some(({ state }) => state.at === "stored");
  const canSend = (draft.text.trim() !== "" || hasFiles) && areStored(attached);

  useLayoutEffect(() => {
    const { current } = field;
    if (current === null) return;
    current.style.height = "auto";
    current.style.height = `${Math.min(current.scrollHeight + 2, MOST_HEIGHT)}px`;
  }, [draft.text]);
  const target = draft.replyTo?.externalId;
  useEffect(() => {
    if (target !== undefined) field.current?.focus();
  }, [target]);

  useEffect(() => {
    // At the first load whoever has a keyboard can write at once; nobody's focus is taken.
    const isFree =
      document.activeElement === document.body && !matchMedia("(pointer: coarse)").matches;
    if (focusing > 0 || isFree) field.current?.focus();
  }, [focusing]);

  const send = (): void => {
    if (canSend) onSend();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && draft.replyTo !== null) onDraft({ ...draft, replyTo: null });
    const isComposing = event.isComposing || event.timeStamp - composedAt.current < COMPOSED_MS;
    if (event.key !== "Enter" || event.shiftKey || isComposing) return;
    event.preventDefault();
    send();
  };
  const onPaste = (event: ClipboardEvent): void => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    onFiles(files);
  };
  const onPicked = (event: { currentTarget: HTMLInputElement }): void => {
    onFiles([...(event.currentTarget.files ?? [])]);
    // The same file can be chosen again.
    event.currentTarget.value = "";
  };

  return h(
    "form",
    {
      class: "composer",
      onSubmit: (event: SubmitEvent) => {
        event.preventDefault();
        send();
      },
    },
    draft.replyTo !== null &&
      h(
        "div",
        { class: "answering" },
        h("span", null, "Answering "),
        h("bdi", { class: "author" }, draft.replyTo.author),
        h("span", { class: "quoted", dir: "auto" }, draft.replyTo.snippet),
        h(
          "button",
          {
            type: "button",
            class: "icon-button",
            "aria-label": "Answer no message in particular",
            onClick: () => onDraft({ ...draft, replyTo: null }),
          },
          "✕",
        ),
      ),
    h(AttachedFiles, { attached, onRemove: onRemoveFile }),
    h(
      "div",
      { class: "writing" },
      h("input", {
        ref: picker,
        type: "file",
        multiple: true,
        hidden: true,
        "aria-label": "Files to attach",
        onChange: onPicked,
      }),
      h(
        "button",
        {
          type: "button",
          class: "icon-button attach",
          "aria-label": "Attach files",
          title: `Attach files: at most ${FILE_LIMITS.count}, of at most 20 MB each`,
          onClick: () => picker.current?.click(),
        },
        h(Icon, { name: "file" }),
      ),
      h("textarea", {
        ref: field,
        rows: 1,
        dir: "auto",
        class: "field",
        "aria-label": "Message",
        placeholder: "Write a message",
        "aria-describedby": "composer-keys",
        autocomplete: "off",
        value: draft.text,
        onInput: ({ currentTarget }: { currentTarget: HTMLTextAreaElement }) =>
          onDraft({ ...draft, text: currentTarget.value }),
        onKeyDown,
        onPaste,
        onCompositionEnd: ({ timeStamp }: CompositionEvent) => {
          composedAt.current = timeStamp;
        },
      }),
      canStop && h("button", { type: "button", class: "button stop", onClick: onStop }, "Stop"),
      h("button", { type: "submit", class: "button primary", disabled: !canSend }, "Send"),
    ),
    h(
      "p",
      { class: "keys", id: "composer-keys" },
      h("kbd", null, "Enter"),
      " sends · ",
      h("kbd", null, "Shift+Enter"),
      " begins a line · files can be dropped or pasted, at most 20 MB each",
    ),
  );
}
