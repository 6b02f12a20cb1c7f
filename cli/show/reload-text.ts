import type { ReloadReport } from "../../gateway/operations.ts";
import { count } from "./span.ts";

export function reloadLines(report: ReloadReport): readonly string[] {
  const { file, changed, refused, dropped, stopped } = report;
  const ended = [
    ...(dropped > 0 ? [`dropped ${count(dropped, "message", "messages")}`] : []),
    ...(stopped > 0 ? [`stopped ${count(stopped, "turn", "turns")}`] : []),
  ];
  return [
    `${file ?? "the defaults"}: ${changed.length === 0 ? "nothing new that can change now" : "reloaded"}`,
    ...changed.map((key) => `  now: ${key}`),
    ...refused.map((key) => `  needs a restart: ${key}`),
    ...(ended.length > 0 ? [`Of people who may no longer talk to it: ${ended.join(", ")}.`] : []),
    ...(refused.length > 0 ? ["`sluice restart` applies the rest."] : []),
  ];
}
