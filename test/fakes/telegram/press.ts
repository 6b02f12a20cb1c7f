import { tell } from "./bot-account.ts";
import type { FakePerson, FakePress } from "./fake-telegram.ts";
import type { Entry, Room } from "./room.ts";
import { shownButtons } from "./seen.ts";
import { wireMessage } from "./wire-message.ts";
import type { World } from "./world.ts";

/** A person presses a button under a bot's message. */
export function pressButton(
  world: World,
  room: Room,
  press: { entry: Entry; button: string | RegExp | { data: string }; person: FakePerson },
): FakePress {
  const { entry, button, person } = press;
  const { bot } = entry;
  if (bot === null) throw new Error(`message ${entry.id} is not a bot's`);
  const data = dataOf(entry, button);
  const id = `${world.nextNumber()}${world.chance.int(1_000_000_000)}`;
  const pressed: { id: string; answer: FakePress["answer"] } = { id, answer: null };
  bot.callbacks.set(id, {
    expiresAt: world.clock.now() + world.options.callbackLifeMs,
    answer(text, showAlert) {
      pressed.answer = { text, showAlert };
    },
  });
  const body = {
    id,
    from: person,
    message: wireMessage(room, entry),
    chat_instance: String(room.id),
    data,
  };
  // Telegram keeps the presses of one person in order, apart from the messages of the chat.
  tell(bot, "callback_query", { body, lane: person.id + 2 ** 40 });
  return pressed;
}

function dataOf(entry: Entry, button: string | RegExp | { data: string }): string {
  if (typeof button === "object" && "data" in button) return button.data;
  const shown = shownButtons(entry.markup).flat();
  const found = shown.find(({ label }) =>
    typeof button === "string" ? label === button : button.test(label),
  );
  if (found === undefined) {
    const labels = shown.map(({ label }) => label).join(", ");
    throw new Error(`no button ${String(button)} under message ${entry.id}: ${labels || "none"}`);
  }
  if (found.data === null) throw new Error(`the button ${found.label} is a link`);
  return found.data;
}
