import type { Readable, Writable } from "node:stream";
import { sleep } from "../../sessions/clock.ts";
import type { Chance, Clock } from "../../sessions/clock.ts";
import { SluiceError } from "../../sessions/errors.ts";
import { connectChat } from "./client.ts";
import type { ChatClient } from "./client.ts";
import { follow } from "./follow.ts";
import { Outgoing } from "./outgoing.ts";
import { PlainView } from "./plain-view.ts";
import { fileCommand } from "./file-command.ts";
import { Screen } from "./screen.ts";
import type { ShownMessage } from "./shown.ts";
import type { View } from "./view.ts";

export interface ChatOptions {
  /** `http://127.0.0.1:8787` */
  readonly url: string;
  readonly token: string;
  readonly chat: string;
  readonly user: string;
  readonly input: Readable;
  readonly output: Writable;
  readonly colour: boolean;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly chance: Chance;
}

const HISTORY = 20;
const RETRY_MS = 300;
const NAME_LENGTH = 40;

/**
 * A chat with the gateway until Ctrl-D, the end of the input, or `signal`. A gateway that goes away is waited for.
 * Throws a `SluiceError` when it refuses to talk.
 */
export async function runChat(options: ChatOptions): Promise<void> {
  const { clock, output } = options;
  const client = connectChat(options);
  const over = new AbortController();
  const leave = (): void => over.abort();
  options.signal.addEventListener("abort", leave);
  if (options.signal.aborted) leave();
  const isTerminal = isTty(options.input) && isTty(output);
  const view: View = isTerminal
    ? new Screen({ ...options, hasColour: options.colour })
    : new PlainView(options);
  over.signal.addEventListener("abort", () => view.close());
  const buttons: { latest: ShownMessage | null } = { latest: null };
  try {
    await Promise.all([
      watch({ client, view, clock, signal: over.signal, buttons }).finally(leave),
      type({ ...options, client, view, signal: over.signal, buttons }).finally(leave),
    ]);
  } finally {
    leave();
    options.signal.removeEventListener("abort", leave);
  }
}

interface Watch {
  readonly client: ChatClient;
  readonly view: View;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The message whose buttons a number chooses from. */
  readonly buttons: { latest: ShownMessage | null };
}

async function watch({ client, view, clock, signal, buttons }: Watch): Promise<void> {
  const show = (message: ShownMessage): void => {
    if (message.buttons.length > 0) buttons.latest = message;
    else if (buttons.latest?.externalId === message.externalId) buttons.latest = null;
    view.show(message, "shown");
  };
  let isAway = false;
  const away = (): void => {
    if (!isAway) view.notice("gateway is away; retrying");
    isAway = true;
  };
  const after = await begin({ client, clock, signal, show, away });
  for await (const event of follow(client, { after, clock, signal })) {
    switch (event.kind) {
      case "message":
      case "edit":
        show(event.message);
        break;
      case "typing":
        view.typing();
        break;
      case "away":
        away();
        break;
      case "live":
        if (isAway) view.notice("gateway is back");
        isAway = false;
    }
  }
}

/** Shows how the conversation stands; returns where to go on from. */
async function begin(
  options: Omit<Watch, "view" | "buttons"> & {
    readonly show: (message: ShownMessage) => void;
    readonly away: () => void;
  },
): Promise<number | null> {
  const { client, clock, signal, show, away } = options;
  while (!signal.aborted) {
    try {
      const { messages, last } = await client.history({ after: null, limit: HISTORY, signal });
      for (const message of messages) show(message);
      return last;
    } catch (thrown) {
      if (thrown instanceof SluiceError) throw thrown;
      if (!signal.aborted) away();
      await sleep(clock, RETRY_MS, signal);
    }
  }
  return null;
}

async function type(options: Omit<ChatOptions, "output"> & Watch): Promise<void> {
  const { client, view, clock, chance, signal, buttons } = options;
  const outgoing = new Outgoing({ clock, signal, notice: (text) => view.notice(text) });
  const makeId = (): string => `${clock.now().toString(36)}-${chance.int(2 ** 32).toString(36)}`;
  for await (const line of view.lines) {
    const text = line.trim();
    if (text === "") continue;
    const id = makeId();
    const shown = buttons.latest;
    const button = /^\d{1,2}$/.test(text) ? shown?.buttons.flat()[Number(text) - 1] : undefined;
    if (shown !== null && button !== undefined) {
      const press = { on: shown.externalId, data: button.data };
      view.notice(`you chose ${button.label}`);
      outgoing.add(button.label, (signal) => client.press(press, { id, signal }));
      continue;
    }
    const file = await fileCommand(text);
    if (file?.outcome === "unreadable") {
      view.notice(file.reason);
      continue;
    }
    if (file !== null) {
      const files = [{ id: "", type: "", name: file.name, size: file.size }];
      view.show({ ...toPending(options, file.text, id), files }, "sending");
      outgoing.add(file.name, file.poster(client, id));
      continue;
    }
    view.show(toPending(options, text, id), "sending");
    const name = text.length > NAME_LENGTH ? `${text.slice(0, NAME_LENGTH)}…` : text;
    outgoing.add(`“${name}”`, (signal) => client.say(text, { id, signal }));
  }
  if (outgoing.waiting > 0 && isTty(options.input)) {
    view.notice(`${outgoing.waiting} on the way to the gateway; Ctrl-C gives up`);
  }
  await outgoing.done();
  if (!signal.aborted) await view.settle();
}

/** As the network will show it, with the same external id: so that it takes this one's place. */
function toPending(
  { chat, user, clock }: Pick<ChatOptions, "chat" | "user" | "clock">,
  text: string,
  id: string,
): ShownMessage {
  return {
    externalId: `${chat}~${id}`,
    seq: 0,
    chat,
    thread: null,
    from: { kind: "person", id: user, name: user },
    text,
    buttons: [],
    files: [],
    replyTo: null,
    sentAt: clock.now(),
    editedAt: null,
  };
}

function isTty(stream: Readable | Writable): boolean {
  return "isTTY" in stream && stream.isTTY === true;
}
