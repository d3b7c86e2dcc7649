/** Where a ceremony writes how far it is, so that a process that is killed comes back into it. */
export interface CeremonyJournal {
  /**
   * Resolves when the checkpoint is durable in place of all before it. What depends on it leaves only then; if it
   * rejects, the ceremony fails with `local.journal`. It holds secrets: a journal on a disk is encrypted.
   */
  write(checkpoint: Uint8Array): Promise<void>;
}
