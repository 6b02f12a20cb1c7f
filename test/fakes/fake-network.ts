import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";

import type {
  Adapter,
  AdapterHost,
  Capabilities,
  FetchResult,
  FindResult,
  Receipt,
  SendResult,
} from "../../adapters/adapter.ts";
import type { Address, InboundMessage, OutboundMessage } from "../../sessions/message.ts";
import type { KeyedWrite } from "../../sessions/keyed-values.ts";
import type { OutboxId } from "../../sessions/ids.ts";

/** A chat network in memory: it outlives gateways, as real ones do. */
export interface FakeNetwork {
  /** One per boot; the latest that connected is the one that people reach. */
  adapter(): Adapter;
  /** Everything shown, in order; edits replace the text in place. */
  readonly shown: ShownMessage[];
  /** A person speaks. Rejects when no gateway is connected. */
  say(chat: string, text: string, more?: Partial<InboundMessage>): Promise<Receipt>;
  /** A message as the network would bring it, with an external id of its own. */
  inbound(chat: string, text: string, more?: Partial<InboundMessage>): InboundMessage;
  /** The network delivers something, or delivers it again. */
  deliver(
    messages: readonly InboundMessage[],
    cursors?: readonly KeyedWrite[],
  ): Promise<readonly Receipt[]>;
  /** What the gateway says of a message of this network. */
  fate(externalId: string): Promise<string | null>;
  press(chat: string, label: RegExp, user?: string): Promise<Receipt>;
  texts(chat: string): string[];
  /** What the next sends or edits answer, in order; then all is well again. */
  readonly answers: FakeAnswer[];
  /** Sends as they arrived, with what the network made of them. */
  readonly sends: {
    readonly id: OutboxId;
    readonly text: string;
    readonly kind: "send" | "edit";
  }[];
  /** The network can be reached again. */
  connect(): void;
  /** Nothing can be sent, by this gateway and by later ones, until `connect`. */
  cut(): void;
  /** Something comes that its adapter cannot read. */
  garble(): void;
  /** Nothing comes from it any more; what is sent arrives. */
  deafen(): void;
  /** The process of the present adapter was killed: it sends nothing more, and is answered nothing. */
  kill(): void;
  readonly typed: Address[];
  /** What attachments are answered with, by reference: bytes, or what the network says, at each try. */
  readonly files: Map<string, FakeFile>;
  /** The menu and the operators at each time that a gateway said that they had changed. */
  readonly menus: { readonly names: readonly string[]; readonly operators: readonly string[] }[];
  /** References that were fetched, each try. */
  readonly fetches: string[];
  /** What the next connects reject with, in order. */
  readonly refusals: Error[];
  /** From the next boot on: the network can be read back, and what the next looks answer before it is. */
  readback: FindResult[] | null;
}

export type FakeFile =
  | string
  | Buffer
  | FetchResult
  /** Bytes that never come. */
  | { readonly outcome: "black_hole" };

export type FakeAnswer =
  | SendResult
  /** It arrives, and the answer is lost. */
  | { readonly outcome: "done_but_lost" }
  /** No answer until the signal is aborted. */
  | { readonly outcome: "black_hole" };

export interface ShownMessage {
  readonly externalId: string;
  readonly chat: string;
  readonly thread: string | null;
  text: string;
  buttons: OutboundMessage["buttons"];
  readonly replyTo: string | null;
  readonly file: { readonly name: string; readonly mime: string; readonly text: string } | null;
  edits: number;
}

const FAKE_CAPABILITIES: Capabilities = {
  textLimit: 4000,
  canEdit: true,
  editIntervalMs: 100,
  editIntervalInGroupsMs: 100,
  canButtons: true,
  idempotentForMs: 0,
  burstMs: 0,
  albumMs: 0,
  sendFileLimit: 0,
  fetchFileLimit: 0,
  canPushBack: true,
};

const RETRYING = { at: "retrying", reason: "cable cut", inMs: 1000 } as const;

export function createFakeNetwork(
  network: string,
  capabilities: Partial<Capabilities> = {},
): FakeNetwork {
  const shown: ShownMessage[] = [];
  const answers: FakeAnswer[] = [];
  const sends: { id: OutboxId; text: string; kind: "send" | "edit" }[] = [];
  const typed: Address[] = [];
  const refusals: Error[] = [];
  const files = new Map<string, FakeFile>();
  const fetches: string[] = [];
  const menus: { names: readonly string[]; operators: readonly string[] }[] = [];
  const known = new Map<OutboxId, string>();
  const able = { ...FAKE_CAPABILITIES, ...capabilities };
  let host: AdapterHost | null = null;
  let process = { isDead: false };
  let isDown = false;
  let count = 0;

  async function reply(
    { text, file }: OutboundMessage,
    signal: AbortSignal,
    act: () => SendResult,
  ): Promise<SendResult> {
    if (file !== null && file.size > able.sendFileLimit) {
      return { outcome: "refused", reason: "file is too large" };
    }
    if (file === null && text.trim() === "") {
      return { outcome: "refused", reason: "message text is empty" };
    }
    if (text.length > able.textLimit) return { outcome: "refused", reason: "message is too long" };
    const answer = answers.shift();
    if (answer === undefined) return act();
    if (answer.outcome === "done_but_lost") {
      act();
      return { outcome: "unknown", reason: "the answer was lost" };
    }
    if (answer.outcome === "black_hole") {
      await new Promise<void>((resolve) => {
        signal.addEventListener("abort", () => resolve());
      });
      return { outcome: "unknown", reason: "no answer" };
    }
    return answer;
  }

  function connected(): AdapterHost {
    if (host === null) throw new Error(`no gateway is connected to ${network}`);
    return host;
  }

  function message(chat: string, text: string, more: Partial<InboundMessage>): InboundMessage {
    count += 1;
    return {
      externalId: `in-${count}`,
      address: { network, account: "main", chat, thread: null },
      sender: { id: "ann", name: "Ann" },
      scope: "private",
      text,
      button: null,
      attachments: [],
      album: null,
      edits: null,
      isLate: false,
      replyTo: null,
      sentAt: 0,
      ...more,
    };
  }

  async function deliver(
    messages: readonly InboundMessage[],
    cursors: readonly KeyedWrite[] = [],
  ): Promise<readonly Receipt[]> {
    return connected().accept(messages, cursors);
  }

  async function one(inbound: InboundMessage): Promise<Receipt> {
    const [receipt] = await deliver([inbound]);
    if (receipt === undefined) throw new Error("no receipt");
    return receipt;
  }

  const self: FakeNetwork = {
    shown,
    readback: null,
    answers,
    sends,
    typed,
    refusals,
    files,
    fetches,
    menus,
    deliver,
    inbound: (chat, text, more = {}) => message(chat, text, more),
    fate: (externalId) => connected().fate(externalId),
    say: (chat, text, more = {}) => one(message(chat, text, more)),
    press(chat, label, user = "ann") {
      const on = shown.findLast(
        (item) => item.chat === chat && item.buttons.flat().some((b) => label.test(b.label)),
      );
      const button = on?.buttons.flat().find((b) => label.test(b.label));
      if (on === undefined || button === undefined)
        throw new Error(`no button ${label} in ${chat}`);
      return one(
        message(chat, "", {
          button: { data: button.data, on: on.externalId },
          sender: { id: user, name: user },
        }),
      );
    },
    texts: (chat) => shown.filter((item) => item.chat === chat).map((item) => item.text),
    garble: () => connected().unreadable(),
    connect() {
      isDown = false;
      host?.state({ at: "connected" });
    },
    deafen: () => host?.state({ ...RETRYING, canSend: true }),
    cut() {
      isDown = true;
      host?.state(RETRYING);
    },
    kill() {
      process.isDead = true;
      host = null;
    },
    adapter() {
      process = { isDead: false };
      const plain = connection(process);
      return self.readback === null ? plain : { ...plain, find };
    },
  };
  return self;

  async function find({ chat }: Address, { text, buttons }: OutboundMessage): Promise<FindResult> {
    const answer = self.readback?.shift();
    if (answer !== undefined) return answer;
    const found = shown.find(
      (one) => one.chat === chat && one.text === text && one.buttons.length === buttons.length,
    );
    return found === undefined
      ? { outcome: "absent" }
      : { outcome: "found", externalId: found.externalId };
  }

  function connection(own: { readonly isDead: boolean }): Adapter {
    const never = new Promise<never>(() => undefined);
    return {
      network,
      account: "main",
      capabilities: able,
      async connect(to) {
        const refusal = refusals.shift();
        if (refusal !== undefined) throw refusal;
        host = to;
        to.state(isDown ? RETRYING : { at: "connected" });
      },
      async disconnect() {
        host = null;
      },
      menuChanged() {
        const { menu, people } = connected();
        menus.push({ names: menu.map(({ name }) => name), operators: people.operators });
      },
      async typing(address) {
        typed.push(address);
      },
      async fetch({ ref }, { file, limit, signal }) {
        if (own.isDead) return never;
        fetches.push(ref);
        const found = files.get(ref) ?? { outcome: "gone", reason: "unknown file" };
        if (typeof found !== "string" && "outcome" in found) {
          if (found.outcome !== "black_hole") return found;
          await new Promise<void>((resolve) => {
            signal.addEventListener("abort", () => resolve());
          });
          return { outcome: "failed", reason: "aborted" };
        }
        if (found.length > limit) return { outcome: "too_large" };
        await writeFile(file, found, { flag: "wx" });
        return { outcome: "fetched", size: found.length };
      },
      send(address, outbound, { id, signal }) {
        if (own.isDead) return never;
        sends.push({ id, text: outbound.text, kind: "send" });
        return reply(outbound, signal, () => {
          const before = known.get(id);
          if (before !== undefined && able.idempotentForMs > 0) {
            return { outcome: "sent", externalId: before };
          }
          const externalId = `out-${shown.length + 1}`;
          known.set(id, externalId);
          shown.push({
            externalId,
            chat: address.chat,
            thread: address.thread,
            text: outbound.text,
            buttons: outbound.buttons,
            replyTo: outbound.replyTo,
            file: outbound.file && {
              name: outbound.file.name,
              mime: outbound.file.mime,
              text: readFileSync(outbound.file.path, "utf8"),
            },
            edits: 0,
          });
          return { outcome: "sent", externalId };
        });
      },
      edit(_address, externalId, outbound, { id, signal }) {
        if (own.isDead) return never;
        sends.push({ id, text: outbound.text, kind: "edit" });
        return reply(outbound, signal, () => {
          const item = shown.find((other) => other.externalId === externalId);
          if (item === undefined)
            return { outcome: "refused", reason: "message to edit not found" };
          item.text = outbound.text;
          item.buttons = outbound.buttons;
          item.edits += 1;
          return { outcome: "sent", externalId };
        });
      },
    };
  }
}
