import { count } from "../show/span.ts";
import type { Finding } from "./finding.ts";

/** Lines for a person: what was found, and below what is wrong, what to do. */
export function doctorText(findings: readonly Finding[]): readonly string[] {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ level, check, found, advice }) => [
    `${level.padEnd(4)}  ${check.padEnd(width)}  ${found}`,
    ...(advice === null ? [] : [`      ${" ".repeat(width)}  → ${advice}`]),
  ]);
  return [...lines, "", summary(findings)];
}

function summary(findings: readonly Finding[]): string {
  const of = (level: Finding["level"]): number =>
    findings.filter((one) => one.level === level).length;
  const failures = of("fail");
  const warnings = of("warn");
  if (failures > 0) {
    return `${count(failures, "failure")}, ${count(warnings, "warning")}: the arrows say what to do.`;
  }
  return warnings > 0 ? `It works; ${count(warnings, "warning")}.` : "All is well.";
}
