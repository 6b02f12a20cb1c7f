import { h } from "preact";
import type { ComponentChildren } from "preact";
import type { DeadLetter } from "../../gateway/operations.ts";
import type { StoredOutboxRow } from "../../sessions/rows.ts";
import { useLive, useNow } from "../use-live.ts";
import { usePolled } from "../use-polled.ts";
import type { ViewProps } from "../view.ts";
import { DeadLetters } from "./dead-letters.ts";
import { FateForm } from "./fate-form.ts";
import { NetworksList } from "./networks-list.ts";
import { OutboxList } from "./outbox-list.ts";

const OUTBOX_MS = 1500;
const LETTERS_MS = 4000;
const MOST = 100;

/** What is on its way out, what did not get there, and how each network is. */
export function DeliveryView({ api, live, path }: ViewProps): ComponentChildren {
  const { status } = useLive(live);
  const now = useNow(1000);
  const outbox = usePolled<{ readonly items: readonly StoredOutboxRow[] }>(
    api,
    `/api/v1/outbox?limit=${MOST}`,
    OUTBOX_MS,
  );
  const letters = usePolled<{ readonly items: readonly DeadLetter[] }>(
    api,
    `/api/v1/deadletters?limit=${MOST}`,
    LETTERS_MS,
  );
  const fault = outbox.fault ?? letters.fault;
  return h(
    "section",
    { class: "view delivery" },
    h("h1", null, "Delivery"),
    fault !== null &&
      fault.code !== "gateway_away" &&
      h("p", { class: "notice bad", role: "alert" }, `${fault.message}: ${fault.advice}`),
    status !== null && h(NetworksList, { adapters: status.adapters }),
    outbox.answer !== null &&
      h(OutboxList, {
        rows: outbox.answer.items,
        isMore: outbox.answer.items.length === MOST,
        now,
      }),
    letters.answer !== null &&
      h(DeadLetters, {
        api,
        letters: letters.answer.items,
        now,
        onDone() {
          letters.refresh();
          outbox.refresh();
          live.refresh();
        },
      }),
    h(FateForm, { api, given: path[0] ?? "" }),
  );
}
