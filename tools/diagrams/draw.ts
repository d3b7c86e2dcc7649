import type { Edge } from "./edges.ts";
import type { Drawing } from "./machines.ts";

/** A machine as a mermaid state diagram in a fenced block, with a line that says where it comes from. */
export function draw({ source, start, edges }: Drawing): string {
  const lines = [...start.map((state) => `[*] --> ${state}`), ...edges.map(arrow)];
  return [
    "```mermaid",
    "stateDiagram-v2",
    ...lines.map((line) => `  ${line}`),
    "```",
    "",
    `Drawn from \`${source}\`: event / actions. What changes nothing is left out.`,
  ].join("\n");
}

function arrow({ from, to, events, actions }: Edge): string {
  const label = [events.join(", "), actions.join(", ")].filter((part) => part !== "").join(" / ");
  return `${from} --> ${to ?? "[*]"} : ${label}`;
}
