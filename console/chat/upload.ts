import { chatPath } from "./chat-client.ts";
import { fieldOf, parseJson, textIn } from "./json-fields.ts";
import { toShownFile } from "./shown-message.ts";
import type { Upload, Uploaded } from "./uploads.ts";

/** One try. `fetch` cannot tell how far it is. */
export function uploadFile(chat: string, file: File, onProgress: (share: number) => void): Upload {
  const request = new XMLHttpRequest();
  const name = encodeURIComponent(file.name === "" ? "file" : file.name);
  const done = new Promise<Uploaded>((resolve) => {
    request.upload.addEventListener("progress", ({ loaded, total }) =>
      onProgress(total === 0 ? 0 : loaded / total),
    );
    request.addEventListener("load", () => resolve(toUploaded(request)));
    request.addEventListener("error", () => resolve({ outcome: "again" }));
    request.addEventListener("abort", () => resolve({ outcome: "again" }));
  });
  request.open("POST", `${chatPath(chat)}/files?name=${name}`);
  request.setRequestHeader("X-Sluice", "console");
  request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
  request.send(file);
  return { done, stop: () => request.abort() };
}

function toUploaded({ status, responseText }: XMLHttpRequest): Uploaded {
  const body = parseJson(responseText);
  const isFine = status >= 200 && status < 300;
  const file = isFine ? toShownFile(body) : null;
  if (file !== null) return { outcome: "stored", file };
  // What is no answer of the gateway's says nothing about the file.
  if (isFine || status >= 500 || status === 429 || status === 401) return { outcome: "again" };
  const reason = textIn(fieldOf(body, "error"), "message") ?? `the gateway answered ${status}`;
  return { outcome: "refused", reason };
}
