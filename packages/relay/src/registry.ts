import type { RegistryEntry, SnapshotEntry } from "./entry.ts";
import { drawNameplate } from "./nameplate.ts";
import type { RegistryOutput } from "./output.ts";
import { refuse } from "./session-state.ts";
import type { TimerOutput } from "./timer-output.ts";

/** Where an invitation leads. */
export interface Invitation {
  readonly group: string;
  readonly session: string;
  /** Seconds. */
  readonly life: number;
}

/** What is not of one group: which groups have a log, and the numbers that invite to them. */
export interface Registry {
  /** The position of the last entry that was applied. */
  position: number;
  /** Records in the log. */
  stored: number;
  readonly groups: Set<string>;
  /** By nameplate. A number stays taken until its life is over, so that who comes late does not end up elsewhere. */
  readonly invitations: Map<string, Invitation>;
  /** Nodes that have begun. */
  nodes: number;
  /** The group of each session that is listed, which only relays with several nodes do. */
  readonly sessions: Map<string, string>;
}

/** A registry whose log is empty. */
export function createRegistry(): Registry {
  return { position: 0, stored: 0, groups: new Set(), invitations: new Map(), nodes: 0, sessions: new Map() };
}

/** Applies the next entry of the registry's log; deterministic, never throws. */
export function applyToRegistry(registry: Registry, position: number, entry: RegistryEntry): readonly RegistryOutput[] {
  if (entry.type === "snapshot") return restore(registry, position, entry);
  registry.position = position;
  registry.stored++;
  switch (entry.type) {
    case "group":
      registry.groups.add(entry.group);
      return [];
    case "dissolve":
      registry.groups.delete(entry.group);
      return [];
    case "node":
      return [{ type: "answer", answer: { ok: true, node: ++registry.nodes } }];
    case "list": {
      const group = registry.sessions.get(entry.session) ?? entry.group;
      registry.sessions.set(entry.session, group);
      registry.groups.add(group);
      return [{ type: "answer", answer: { ok: true, group } }];
    }
    case "unlist":
      registry.sessions.delete(entry.session);
      return [];
    case "invite": {
      const nameplate = drawNameplate(registry.invitations, entry.draw);
      if (nameplate === undefined) return [{ type: "answer", answer: refuse("relay.unavailable") }];
      const { group, session, life } = entry;
      const invitation = { group, session, life };
      registry.invitations.set(nameplate, invitation);
      return [{ type: "answer", answer: { ok: true, nameplate } }, invitationTimer(nameplate, invitation)];
    }
    case "uninvite":
      if (registry.invitations.get(entry.nameplate)?.group !== entry.group) return [];
      registry.invitations.delete(entry.nameplate);
      return [{ type: "cancel", key: entry.nameplate }];
    default:
      entry satisfies never;
      return [];
  }
}

/** All timers that run: what a shell arms that has read the log. */
export function registryTimers(registry: Registry): TimerOutput<RegistryEntry>[] {
  return [...registry.invitations].map(([nameplate, invitation]) => invitationTimer(nameplate, invitation));
}

/** The snapshot that is worth appending, undefined while little would be gained by it. */
export function registrySnapshot(registry: Registry): SnapshotEntry | undefined {
  const { groups, invitations, nodes, sessions } = registry;
  const size = groups.size + invitations.size + sessions.size;
  if (registry.stored <= Math.max(MIN_STORED, 2 * size)) return undefined;
  const state: RegistryState = { groups: [...groups], invitations: [...invitations], nodes, sessions: [...sessions] };
  return { type: "snapshot", position: registry.position, state };
}

const MIN_STORED = 1_024;

function restore(registry: Registry, position: number, entry: SnapshotEntry): readonly RegistryOutput[] {
  const isVoid = registry.position > entry.position;
  registry.position = position;
  registry.stored++;
  if (isVoid) return [];
  const { groups, invitations, nodes = 0, sessions = [] } = entry.state as RegistryState;
  registry.groups.clear();
  registry.invitations.clear();
  registry.sessions.clear();
  for (const group of groups) registry.groups.add(group);
  for (const [nameplate, invitation] of invitations) registry.invitations.set(nameplate, invitation);
  for (const [session, group] of sessions) registry.sessions.set(session, group);
  registry.nodes = nodes;
  registry.stored = 1;
  return [{ type: "trim", before: position, keep: [] }];
}

interface RegistryState {
  readonly groups: readonly string[];
  readonly invitations: readonly (readonly [string, Invitation])[];
  /** Not in snapshots that were written before relays had several nodes, like `sessions`. */
  readonly nodes?: number;
  readonly sessions?: readonly (readonly [string, string])[];
}

function invitationTimer(nameplate: string, invitation: Invitation): TimerOutput<RegistryEntry> {
  const { group, life } = invitation;
  return { type: "timer", key: nameplate, after: life, entry: { type: "uninvite", nameplate, group } };
}
