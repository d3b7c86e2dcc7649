/** What arrived, to be waited for one by one. */
export class Mailbox<T> {
  private readonly arrived: T[] = [];
  private readonly waiting: ((value: T) => void)[] = [];

  readonly put = (value: T): void => {
    const next = this.waiting.shift();
    if (next === undefined) this.arrived.push(value);
    else next(value);
  };

  next(): Promise<T> {
    const value = this.arrived.shift();
    return value === undefined ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve(value);
  }
}
