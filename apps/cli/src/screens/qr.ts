import encodeQR from "qr";

/**
 * A QR code in half blocks, two modules a character, with a quiet zone. With `dark`, blocks are the dark modules (for
 * dark ink on a light ground); without, the light ones (for a terminal whose own ground is dark).
 */
export function qrLines(text: string, dark: boolean): readonly string[] {
  const modules = encodeQR(text, "raw", { ecc: "low", border: 2 });
  const lines: string[] = [];
  for (let row = 0; row < modules.length; row += 2) {
    const upper = modules[row] ?? [];
    // Below the last row of an odd number of rows there is nothing but ground.
    const lower = modules[row + 1] ?? upper.map(() => !dark);
    lines.push(upper.map((module, column) => block(module === dark, lower[column] === dark)).join(""));
  }
  return lines;
}

function block(upper: boolean, lower: boolean): string {
  if (upper) return lower ? "█" : "▀";
  return lower ? "▄" : " ";
}
