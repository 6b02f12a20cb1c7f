import { h, render } from "preact";
import { createApi } from "./api.ts";
import { App } from "./app.ts";
import { browserSources } from "./browser-sources.ts";
import { openChatsOf } from "./chat/open-chats.ts";
import { createLive } from "./live.ts";
import { prepareVendors } from "./vendor-environment.ts";

const root = document.querySelector("#app");
if (root !== null) {
  prepareVendors();
  const api = createApi();
  const live = createLive(browserSources(api));
  live.start();
  openChatsOf(live);
  render(h(App, { api, live }), root);
}
