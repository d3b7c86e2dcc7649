// Holds packages and apps against the rules of ARCHITECTURE.md: node tools/boundaries/main.ts
import { fileURLToPath } from "node:url";
import { inspect } from "./inspect.ts";
import { rules } from "./rules.ts";

const { rooms, modules, findings } = inspect(fileURLToPath(new URL("../..", import.meta.url)), rules);
for (const { level, place, message } of findings) console.log(`${level === "error" ? "✗" : "!"} ${place}  ${message}`);
const errors = findings.filter(({ level }) => level === "error").length;
console.log(`boundaries: ${modules} modules in ${rooms} rooms, ${errors} errors, ${findings.length - errors} warnings`);
process.exitCode = errors === 0 ? 0 : 1;
