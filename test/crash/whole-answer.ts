import { longText } from "../../workers/demo/long-text.ts";

/** Whether the demo worker's answer to a message is all there. `parts`: the reply, and what came under it. */
export function isWholeAnswer(asked: string, parts: readonly string[]): boolean {
  const [first = ""] = parts;
  const [word = "", rest = ""] = asked.split(/ ([^]*)/);
  switch (word) {
    case "echo":
      return first === rest;
    case "tool":
      return first.endsWith(`The tool waited ${rest} s.`);
    case "slow":
      return first.endsWith(". Done.");
    case "ask":
      return first === `Allowed: ${rest}` || first === `Declined: ${rest}`;
    case "history":
      return first.includes(" entries");
    case "long": {
      const end = [...longText(Number(rest))].join("").trim().slice(-40);
      return parts.some((part) => part.trim().endsWith(end));
    }
    default:
      return first.endsWith(`You said: ${asked}`);
  }
}
