/** Who is connected, as the relay says: every change is told once, and not before it was told who joined. */
export class Presence {
  private readonly tell: (number: number, online: boolean) => void;
  private readonly online = new Set<number>();
  /** Of those who have joined, what was told last. */
  private readonly told = new Map<number, boolean>();

  constructor(tell: (number: number, online: boolean) => void) {
    this.tell = tell;
  }

  joined(number: number): void {
    if (!this.told.has(number)) this.told.set(number, false);
    this.update(number);
  }

  set(number: number, online: boolean): void {
    if (online) this.online.add(number);
    else this.online.delete(number);
    this.update(number);
  }

  private update(number: number): void {
    const online = this.online.has(number);
    const told = this.told.get(number);
    if (told === undefined || told === online) return;
    this.told.set(number, online);
    this.tell(number, online);
  }
}
