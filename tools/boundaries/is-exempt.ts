import type { Module } from "./house.ts";
import type { Room } from "./rules.ts";

/** Whether a source is one of those that the room's rule leaves out. */
export function isExempt(module: Module, rule: Room): boolean {
  return rule.exempt?.some((prefix) => module.path.startsWith(prefix)) ?? false;
}
