import type { WireContent } from "./message-shape.ts";

/** What was shared without words, in words; "" when there are words, or only a file that speaks for itself. */
export function contentWords(content: WireContent): string {
  const { venue, location, contact, poll, checklist, dice, sticker } = content;
  // A venue comes with its location.
  if (venue !== undefined) {
    return `[place: ${venue.title}, ${venue.address} (${coordinates(venue.location)})]`;
  }
  if (location !== undefined) return `[location: ${coordinates(location)}]`;
  if (contact !== undefined) {
    const name = [contact.first_name, contact.last_name].filter(Boolean).join(" ");
    return `[contact: ${name}, ${contact.phone_number}]`;
  }
  if (poll !== undefined) return `[poll: ${list(poll.question, poll.options)}]`;
  if (checklist !== undefined) return `[checklist: ${list(checklist.title, checklist.tasks)}]`;
  if (dice !== undefined) return `[${dice.emoji} shows ${dice.value}]`;
  if (sticker?.emoji !== undefined) return `[sticker: ${sticker.emoji}]`;
  return "";
}

function coordinates(place: { readonly latitude: number; readonly longitude: number }): string {
  return `${place.latitude}, ${place.longitude}`;
}

function list(title: string, entries: readonly { readonly text: string }[]): string {
  return `${title} ${entries.map(({ text }) => `- ${text}`).join(" ")}`;
}
