/** A party as `cosign.status` shows it. */
export interface PartyStatus {
  readonly number: number;
  /** What it calls itself; null until it has proven to know the code. */
  readonly label: string | null;
  readonly is_self: boolean;
  /** The relay says so. */
  readonly online: boolean;
  /** It has confirmed the SAS. */
  readonly confirmed: boolean;
}

interface Party {
  label: string | undefined;
  joined: boolean;
  online: boolean;
  confirmed: boolean;
}

/** The parties of one session and how far each is. */
export class PartyList {
  private readonly self: number;
  private readonly list: ReadonlyMap<number, Party>;

  constructor({
    number,
    label,
    parties,
  }: { readonly number: number; readonly label: string; readonly parties: number }) {
    this.self = number;
    const numbers = Array.from({ length: parties }, (_, i) => i + 1);
    const unknown = () => ({ label: undefined, joined: false, online: false, confirmed: false });
    this.list = new Map(numbers.map((one) => [one, unknown()]));
    this.update(number, { label, joined: true, online: true });
  }

  get everybodyJoined(): boolean {
    return this.others().every(([, { joined }]) => joined);
  }

  /** The labels of all others, once they are known. */
  get labels(): readonly string[] {
    return this.others().flatMap(([, { label }]) => label ?? []);
  }

  has(number: number): boolean {
    return number !== this.self && this.list.has(number);
  }

  update(number: number, change: Partial<Party>): void {
    Object.assign(this.list.get(number) ?? {}, change);
  }

  /** Who is missing for the handshake, as a sentence. */
  missing(): string {
    const phrases = this.others().flatMap(([number, { joined, label, online }]) => {
      const name = label ?? `party ${number}`;
      if (!joined) return `${name} has not joined`;
      if (!online) return `${name} is not connected`;
      return label === undefined ? `${name} has not answered` : [];
    });
    return phrases.length > 0
      ? phrases.join("; ")
      : `the SAS could not be agreed on in time with ${this.labels.join(", ")}`;
  }

  /** Who has not confirmed the SAS. */
  unconfirmed(): readonly string[] {
    return [...this.list].flatMap(([number, { confirmed, label }]) =>
      confirmed ? [] : number === this.self ? "this party" : (label ?? `party ${number}`),
    );
  }

  describe(): readonly PartyStatus[] {
    return Array.from(this.list, ([number, { label = null, online, confirmed }]) => {
      return { number, label, is_self: number === this.self, online, confirmed };
    });
  }

  private others(): [number, Party][] {
    return [...this.list].filter(([number]) => number !== this.self);
  }
}
