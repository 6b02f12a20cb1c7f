/** What a tab keeps over a reload. A browser that keeps nothing for a page loses it with the reload, and only then. */

export interface Shelf {
  read(): string | null;
  write(text: string): void;
}

const OUTGOING = "sluice.chat.outgoing ";
const DRAFT = "sluice.chat.draft ";
const FILES = "sluice.chat.files ";

export function outgoingShelf(chat: string): Shelf {
  return shelf(OUTGOING + chat);
}

export function draftShelf(chat: string): Shelf {
  return shelf(DRAFT + chat);
}

export function filesShelf(chat: string): Shelf {
  return shelf(FILES + chat);
}

/** The chats with something on its way. */
export function shelvedChats(): readonly string[] {
  try {
    return Object.keys(sessionStorage)
      .filter((key) => key.startsWith(OUTGOING))
      .map((key) => key.slice(OUTGOING.length));
  } catch {
    return [];
  }
}

function shelf(key: string): Shelf {
  return {
    read() {
      try {
        return sessionStorage.getItem(key);
      } catch {
        return null;
      }
    },
    write(text) {
      try {
        if (text === "[]" || text === "") sessionStorage.removeItem(key);
        else sessionStorage.setItem(key, text);
      } catch {
        // Full, or forbidden here.
      }
    },
  };
}
