/** Who calls: one request over HTTP. */
export interface Caller {
  /** Whether this user may call a method; undefined: all of them. */
  readonly mayCall?: ((method: string) => boolean) | undefined;
  /** Aborted when the caller is gone or the daemon stops, so that nobody is waited for in vain. */
  readonly signal: AbortSignal;
  /** Runs what only waits, so that it does not count as work. */
  waiting<T>(run: () => Promise<T>): Promise<T>;
}
