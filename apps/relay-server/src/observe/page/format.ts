const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
const units = ["B", "KiB", "MiB", "GiB", "TiB"] as const;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** 12,345 */
export function formatCount(count: number): string {
  return whole.format(count);
}

/** 1.5 MiB */
export function formatBytes(bytes: number): string {
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(bytes || 1) / 10)));
  return `${short.format(bytes / 1_024 ** power)} ${units[power]}`;
}

/** 12.3 ms, 1.2 s */
export function formatDelay(seconds: number): string {
  return seconds < 1 ? `${short.format(seconds * 1_000)} ms` : `${short.format(seconds)} s`;
}

/** 3 d 4 h: the two greatest units that count. */
export function formatDuration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / DAY), "d"],
    [Math.floor((seconds % DAY) / HOUR), "h"],
    [Math.floor((seconds % HOUR) / MINUTE), "min"],
    [Math.floor(seconds % MINUTE), "s"],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return "0 s";
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");
}
