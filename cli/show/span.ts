/** A span as a person says it: `0.4 s`, `12 s`, `2 min 5 s`, `3 h 4 min`, `2 d 3 h`. */
export function formatSpan(ms: number): string {
  const seconds = Math.max(ms, 0) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1).replace(/\.0$/, "")} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return two(whole, { size: 60, unit: "min", small: 1, smallUnit: "s" });
  if (whole < 86_400) return two(whole, { size: 3600, unit: "h", small: 60, smallUnit: "min" });
  return two(whole, { size: 86_400, unit: "d", small: 3600, smallUnit: "h" });
}

interface Units {
  readonly size: number;
  readonly unit: string;
  readonly small: number;
  readonly smallUnit: string;
}

function two(seconds: number, units: Units): string {
  const big = Math.floor(seconds / units.size);
  const rest = Math.floor((seconds % units.size) / units.small);
  return rest === 0 ? `${big} ${units.unit}` : `${big} ${units.unit} ${rest} ${units.smallUnit}`;
}

/** `1 turn`, `2 turns`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}
