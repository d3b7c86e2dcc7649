/** Does one thing after the other, whatever becomes of those before. */
export class OneAtATime {
  private last: Promise<unknown> = Promise.resolve();

  run<T>(doing: () => Promise<T>): Promise<T> {
    const done = this.last.then(doing);
    this.last = done.catch(() => undefined);
    return done;
  }
}
