import {
  applyToGroup,
  createGroup,
  DamagedLogError,
  decodeEntry,
  type Group,
  type GroupEntry,
  type LogStore,
} from "@countersign/relay";

/** Records that are read at once; the store gives fewer where they are large. */
const PORTION = 1_024;

/** Reads a group from the beginning of its log. Rejects with `DamagedLogError` where that says nothing. */
export async function readGroup(store: Pick<LogStore, "read">, log: string): Promise<Group> {
  const group = createGroup();
  for (;;) {
    const records = await store.read(log, group.position, PORTION);
    if (records.length === 0) return group;
    for (const { position, entry: text } of records) {
      const entry = decodeEntry<GroupEntry>(text);
      if (entry === undefined) throw new DamagedLogError("a log holds what is no entry");
      applyToGroup(group, position, entry);
    }
  }
}
