import manifest from "../../package.json" with { type: "json" };
import { bad, type Finding, good } from "./finding.ts";

/** Whether this program runs where it can. */
export function checkProgram(node: string): Finding {
  const found = `countersign ${manifest.version} on Node ${node}`;
  const [wanted = ""] = /[\d.]+/.exec(manifest.engines.node) ?? [];
  const [major = 0, minor = 0] = node.split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = wanted.split(".").map(Number);
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return good("program", found);
  return bad("program", found, `Node ${wanted} or newer is needed.`);
}
