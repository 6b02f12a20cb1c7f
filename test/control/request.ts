import { bodyText, sendToSocket } from "../../gateway/control/socket-request.ts";

/** One raw exchange over a control socket, with whatever body, also a wrong one. */
export async function request(
  socket: string,
  method: "GET" | "POST",
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; text: string; json: unknown }> {
  const signal = AbortSignal.timeout(5000);
  const response = await sendToSocket({ socket, method, path, body, headers, signal });
  const text = await bodyText(response, socket);
  return { status: response.statusCode ?? 0, text, json: toJson(text) };
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
