/** Bytes as people say them: `20 MB`. Networks mean 1024 by a thousand. */
export function sizeWords(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  while (amount >= 1024 && unit < UNITS.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  const shown = amount >= 10 || Number.isInteger(amount) ? Math.round(amount) : amount.toFixed(1);
  return `${shown} ${UNITS[unit] ?? ""}`;
}

const UNITS = ["bytes", "KB", "MB", "GB"];
