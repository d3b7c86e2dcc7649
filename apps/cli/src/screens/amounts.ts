const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** A number of bytes for a person: `512 B`, `1.5 KiB`, `64 MiB`. */
export function sayBytesCount(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || Number.isInteger(value) ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit] ?? "B"}`;
}

/** A time for a person: `45 seconds`, `10 minutes`, `2 hours`. */
export function sayDuration(seconds: number): string {
  if (seconds < 120) return plural(seconds, "second");
  if (seconds < 7_200) return plural(Math.round(seconds / 60), "minute");
  return plural(Math.round(seconds / 3_600), "hour");
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** `bob, carol and dave`; `nobody`. */
export function listed(labels: readonly string[]): string {
  return labels.length < 2 ? (labels[0] ?? "nobody") : `${labels.slice(0, -1).join(", ")} and ${labels.at(-1) ?? ""}`;
}
