import { describe, expect, it } from "vitest";

import type { RpcPeer } from "../../../workers/acp/rpc-peer.ts";
import { createRpcPeer, result } from "../../../workers/acp/rpc-peer.ts";
import { realClock } from "../ledger.ts";

function makePeer(): { peer: RpcPeer; sent: object[]; odd: string[] } {
  const sent: object[] = [];
  const odd: string[] = [];
  const peer = createRpcPeer({
    clock: realClock,
    send: (message) => sent.push(message),
    onCall: ({ method, signal }) =>
      method === "throws"
        ? Promise.reject(new Error("broken"))
        : method === "waits"
          ? new Promise((resolve) => {
              signal.addEventListener("abort", () => resolve(result({ aborted: true })));
            })
          : Promise.resolve(result({ method })),
    onNotification: () => undefined,
    onOddity: (what) => odd.push(what),
  });
  return { peer, sent, odd };
}

const line = (message: object): string => JSON.stringify({ jsonrpc: "2.0", ...message });

describe("a conversation in JSON-RPC", () => {
  it("pairs answers with requests, whatever their order", async () => {
    const { peer } = makePeer();
    const first = peer.request("a", {}, { ms: null });
    const second = peer.request("b", {}, { ms: null });
    peer.receive(line({ id: 2, error: { code: 5, message: "no" } }));
    peer.receive(line({ id: 1, result: null }));
    expect(await first).toEqual({ outcome: "result", value: null });
    expect(await second).toEqual({ outcome: "error", error: { code: 5, message: "no" } });
  });

  it("[W05] a request that is not answered in time is given up, and a late answer is odd", async () => {
    const { peer, odd } = makePeer();
    expect(await peer.request("a", {}, { ms: 5 })).toEqual({ outcome: "timeout" });
    peer.receive(line({ id: 1, result: {} }));
    expect(odd).toEqual(["unasked answer"]);
  });

  it("[W04] its end answers every request, also those that come after it", async () => {
    const { peer } = makePeer();
    const open = peer.request("a", {}, { ms: null });
    peer.close();
    expect(await open).toEqual({ outcome: "closed" });
    expect(await peer.request("b", {}, { ms: null })).toEqual({ outcome: "closed" });
  });

  it("calls of the other side are answered, also where serving them fails", async () => {
    const { peer, sent } = makePeer();
    peer.receive(line({ id: "x", method: "hello", params: {} }));
    peer.receive(line({ id: 7, method: "throws" }));
    await new Promise(setImmediate);
    expect(sent).toEqual([
      { jsonrpc: "2.0", id: "x", result: { method: "hello" } },
      { jsonrpc: "2.0", id: 7, error: { code: -32603, message: "broken" } },
    ]);
  });

  it("a call that is no longer wanted is aborted", async () => {
    const { peer, sent } = makePeer();
    peer.receive(line({ id: 3, method: "waits" }));
    peer.receive(line({ method: "$/cancel_request", params: { requestId: 3 } }));
    await new Promise(setImmediate);
    expect(sent).toEqual([{ jsonrpc: "2.0", id: 3, result: { aborted: true } }]);
  });

  it.each(["", "hello", "[]", "null", "7", "{}", `{"id":1}`, `{"id":{},"method":"a"}`, `{"id":1,`])(
    "[W13] %j is garbage and harms nothing",
    (text) => {
      const { peer, sent, odd } = makePeer();
      peer.receive(text);
      expect([sent, odd]).toEqual([[], ["garbage"]]);
    },
  );
});

describe("a line that was too long", () => {
  it.each([
    [`{"jsonrpc":"2.0","id":7,"method":"fs/write_text_file","params":{"co`, 7],
    [`{ "id": "a-1", "method": "x"`, "a-1"],
  ])("of a call is refused: %s", async (head, id) => {
    const { peer, sent } = makePeer();
    peer.receiveTooLong(head);
    expect(sent).toMatchObject([{ id, error: { code: -32600 } }]);
  });

  it("of an answer fails its request", async () => {
    const { peer } = makePeer();
    const open = peer.request("a", {}, { ms: null });
    peer.receiveTooLong(`{"jsonrpc":"2.0","id":1,"result":{"x":"`);
    expect(await open).toMatchObject({ outcome: "error", error: { code: -32600 } });
  });

  it.each([`{"jsonrpc":"2.0","method":"session/update","params":{"id":7`, "xxxxx"])(
    "of nobody is dropped: %s",
    (head) => {
      const { peer, sent, odd } = makePeer();
      peer.receiveTooLong(head);
      expect([sent, odd]).toEqual([[], ["line too long"]]);
    },
  );
});
