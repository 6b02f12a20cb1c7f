import { h } from "preact";
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import type { SessionReport } from "../../gateway/operations.ts";
import { toFault } from "../api.ts";
import type { Api } from "../api.ts";
import { formatRoute } from "../route.ts";
import { ForgetDialog } from "./forget-dialog.ts";
import { offeredActions } from "./offered-actions.ts";
import type { SessionAction } from "./offered-actions.ts";

const BUTTONS: Readonly<Record<SessionAction, { label: string; title: string }>> = {
  stop: { label: "Stop the turn", title: "Ends what runs, as /stop in the chat does" },
  resume: { label: "Resume now", title: "Goes on with the turn that was cut" },
  release: {
    label: "Release",
    title: "It goes on with the next message, without trying by itself",
  },
  forget: { label: "Forget…", title: "Removes the conversation for good" },
};

/** What came of it, for the person. */
type Told = { readonly tone: "good" | "bad"; readonly text: string };

export function SessionActions({
  api,
  report,
  onDone,
  onForgotten,
}: {
  readonly api: Api;
  readonly report: SessionReport;
  readonly onDone: () => void;
  readonly onForgotten: (key: string) => void;
}): ComponentChildren {
  const { key, status } = report;
  const [told, setTold] = useState<Told | null>(null);
  const [doing, setDoing] = useState<SessionAction | null>(null);
  const dialog = useRef<HTMLDialogElement>(null);
  const path = `/api/v1/sessions/${encodeURIComponent(key)}`;
  const act = async (action: SessionAction): Promise<void> => {
    setDoing(action);
    try {
      const { done } = await api.post<{ readonly done: boolean }>(`${path}/${action}`);
      setTold(done ? { tone: "good", text: DONE[action] } : { tone: "bad", text: NOTHING[action] });
      if (done && action === "forget") {
        onForgotten(key);
        location.hash = formatRoute("sessions");
      } else onDone();
    } catch (thrown) {
      const { message, advice } = toFault(thrown);
      setTold({ tone: "bad", text: `${message}: ${advice}` });
      onDone();
    } finally {
      setDoing(null);
    }
  };
  return h(
    "div",
    { class: "session-actions" },
    h(
      "div",
      { class: "actions" },
      offeredActions(status).map((action) =>
        h(
          "button",
          {
            key: action,
            type: "button",
            class: action === "forget" ? "button danger" : "button",
            title: BUTTONS[action].title,
            disabled: doing !== null,
            onClick: () => {
              if (action === "forget") dialog.current?.showModal();
              else void act(action);
            },
          },
          BUTTONS[action].label,
        ),
      ),
      h(
        "a",
        { class: "button quiet", href: `${path}/export`, download: `${fileName(key)}.json` },
        "Export",
      ),
    ),
    h(
      "p",
      { class: told?.tone === "bad" ? "told is-bad" : "told", role: "status" },
      told?.text ?? "",
    ),
    h(ForgetDialog, { report, dialog, onForget: () => void act("forget") }),
  );
}

const DONE: Readonly<Record<SessionAction, string>> = {
  stop: "The turn is being stopped.",
  resume: "It goes on.",
  release: "Released: it goes on with the next message.",
  forget: "Forgotten.",
};

const NOTHING: Readonly<Record<SessionAction, string>> = {
  stop: "There was nothing to stop.",
  resume: "There was nothing to resume.",
  release: "There was nothing to release.",
  forget: "It was forgotten before.",
};

function fileName(key: string): string {
  return key.replaceAll(/[^\w.@+=-]+/g, "_");
}
