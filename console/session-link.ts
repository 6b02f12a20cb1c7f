import { h } from "preact";
import type { ComponentChildren } from "preact";
import { formatRoute } from "./route.ts";
import { placeWords, splitKey } from "./session-place.ts";

/** A session by its place, which leads to it. */
export function SessionLink({ sessionKey }: { readonly sessionKey: string }): ComponentChildren {
  const place = splitKey(sessionKey);
  return h(
    "a",
    { class: "session-link", href: formatRoute("sessions", sessionKey), title: sessionKey },
    h("bdi", null, place.chat),
    " ",
    h("bdi", { class: "muted" }, placeWords(place)),
  );
}
