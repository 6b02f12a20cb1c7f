type Loose = Readonly<Record<string, unknown>>;

/** Where Google's clients ask: the model and whether they want a stream stand in the address. */
export function generatePlace(path: string): { model: string; does: string } | null {
  const [, model, does] = /^\/v1(?:beta)?\/models\/([^:/]+):(\w+)$/.exec(path) ?? [];
  return model === undefined || does === undefined ? null : { model, does };
}

/** Such a request as the other protocols would say it. */
export function toChatBody(body: Loose, place: { model: string; does: string }): Loose {
  return {
    model: place.model,
    stream: place.does === "streamGenerateContent",
    messages: [
      { role: "system", content: partsOf(body["systemInstruction"]) },
      ...listOf(body["contents"]).flatMap(messagesOf),
    ],
    tools: listOf(body["tools"]).flatMap((one) => listOf(one["functionDeclarations"])),
  };
}

function messagesOf(content: Loose): Loose[] {
  const parts = partsOf(content);
  const results = parts.filter((part) => "functionResponse" in part);
  if (results.length > 0) {
    return results.map((part) => {
      const { response } = recordOf(part["functionResponse"]);
      return { role: "tool", content: recordOf(response)["output"] };
    });
  }
  if (content["role"] !== "model") {
    const said = parts.map((part) => ("inlineData" in part ? { type: "image" } : part));
    return [{ role: "user", content: said }];
  }
  const calls = parts.flatMap((part) =>
    "functionCall" in part ? [{ function: part["functionCall"] }] : [],
  );
  return [{ role: "assistant", content: parts, tool_calls: calls }];
}

function partsOf(content: unknown): readonly Loose[] {
  return listOf(recordOf(content)["parts"]);
}

function listOf(value: unknown): readonly Loose[] {
  return Array.isArray(value) ? value.map(recordOf) : [];
}

function recordOf(value: unknown): Loose {
  return typeof value === "object" && value !== null ? (value as Loose) : {};
}
