import { h } from "preact";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

export interface Confirmation {
  readonly title: string;
  readonly content: ComponentChildren;
  /** What the button does, as a verb. */
  readonly act: string;
  readonly tone: "primary" | "danger";
  readonly onConfirm: () => void;
}

/** Asks before something is done that cannot be taken back. Open while it is given something to ask. */
export function ConfirmDialog({
  asking,
  onClose,
}: {
  readonly asking: Confirmation | null;
  readonly onClose: () => void;
}): ComponentChildren {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const isOpen = asking !== null;
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
  }, [isOpen]);
  if (asking === null) return null;
  const { title, content, act, tone, onConfirm } = asking;
  return h(
    "dialog",
    {
      ref: dialog,
      "aria-labelledby": `${id}-title`,
      "aria-describedby": `${id}-content`,
      onClose,
    },
    h("h2", { id: `${id}-title` }, title),
    h("div", { id: `${id}-content` }, content),
    h(
      "div",
      { class: "actions" },
      h(
        "button",
        { type: "button", class: "button", onClick: () => dialog.current?.close() },
        "Leave it",
      ),
      h(
        "button",
        {
          type: "button",
          class: `button ${tone}`,
          onClick: () => {
            dialog.current?.close();
            onConfirm();
          },
        },
        act,
      ),
    ),
  );
}
