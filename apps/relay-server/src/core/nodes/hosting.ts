import type { Group } from "@countersign/relay";
import type { GroupHost } from "../group-host.ts";
import type { RegistryHost } from "../registry-host.ts";
import type { ElsewhereWatcher } from "./elsewhere.ts";

/** The groups that this node runs. */
export interface Hosting {
  readonly hosts: ReadonlyMap<string, GroupHost>;
  readonly registry: RegistryHost;
  readonly watcher: ElsewhereWatcher;
  /** Begins to run a group that other nodes may run, too. */
  adopt(id: string, group: Group): GroupHost;
  /** Puts what was read of a group in the place of what was known of it. */
  renew(host: GroupHost, group: Group): void;
  /** Runs a group no more; its log stays. */
  release(host: GroupHost): void;
  /** Whether a session is in a group that is run here. */
  isRun(session: string): boolean;
  /** Whether a part of a log was found to be lost, so that nothing of it is served. */
  isLost(log: string): boolean;
  /** A part of the log of a group is lost. */
  lose(log: string): void;
  /** Whether somebody who is connected to this node has to do with a group. */
  isNeeded(host: GroupHost): boolean;
  /** Says again who is connected to this node. */
  sayAgain(): void;
  /** Closes connections that others have taken out of their groups, because they took this node for gone. */
  expel(): void;
}
