const WIDTH = 240;
const HEIGHT = 40;
/** Room for half of the line's thickness. */
const MARGIN = 1.5;
const SECONDS = 60;

/** A curve of the last minute, the newest second at the right, as an SVG that is told in words, too. */
export function sparkline(values: readonly number[], { floor, label }: SparklineOptions): string {
  const top = Math.max(floor, ...values);
  const points = values.map((value, i) => {
    const x = ((SECONDS - values.length + i) / (SECONDS - 1)) * WIDTH;
    const y = HEIGHT - MARGIN - (value / top) * (HEIGHT - 2 * MARGIN);
    return `${round(x)},${round(y)}`;
  });
  const first = points[0]?.split(",")[0] ?? WIDTH;
  const area = `M${first},${HEIGHT} L${points.join(" L")} L${WIDTH},${HEIGHT} Z`;
  const drawing = points.length < 2 ? "" : `<path class="area" d="${area}"/><polyline points="${points.join(" ")}"/>`;
  return `<svg role="img" aria-label="${label}" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none">${drawing}</svg>`;
}

export interface SparklineOptions {
  /** The value at the upper edge if all are below it, so that a quiet relay has a quiet curve. */
  readonly floor: number;
  readonly label: string;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
