/** Rounds of a signing in which nonces are committed to, and shares are said. */
const ROUND = { commitments: 2, shares: 3 };

/** What came of it. */
export interface Signings {
  signed: number;
  /** Signings of which not all signers had a signature in the end, or not the same. */
  unsigned: number;
  killed: number;
  /** Blows that fell when the signer was done already. */
  late: number;
  /** Lives that ended by themselves. */
  ended: number;
  /** Statements that were heard, those that were said again included. */
  heard: number;
  /** Rounds in which a signer said two different things. */
  contradictions: number;
  /** Commitments to nonces, and those of them under which two different shares were heard, or that came twice. */
  commitments: number;
  reused: number;
  /** Seconds from the order to the signature of all. */
  readonly seconds: number[];
  readonly complaints: string[];
}

/** Everything that was heard of anybody. */
export class Ledger {
  readonly outcome: Signings = {
    signed: 0,
    unsigned: 0,
    killed: 0,
    late: 0,
    ended: 0,
    heard: 0,
    contradictions: 0,
    commitments: 0,
    reused: 0,
    seconds: [],
    complaints: [],
  };
  /** What was said, by session, signer and round. */
  private readonly said = new Map<string, Set<string>>();

  hear(id: string, { from, round, body }: { readonly from: string; readonly round: string; readonly body: string }) {
    this.outcome.heard++;
    const place = [id, from, round].join();
    this.said.set(place, (this.said.get(place) ?? new Set()).add(body));
  }

  count(signatures: readonly string[], seconds: number, id: string): void {
    const [first] = signatures;
    const isSigned = first !== undefined && first !== "" && signatures.every((signature) => signature === first);
    if (isSigned) this.outcome.signed++;
    else {
      this.outcome.unsigned++;
      this.outcome.complaints.push(`${id} was not signed: ${JSON.stringify(signatures)}`);
    }
    this.outcome.seconds.push(seconds);
  }

  /** Which share stands under which commitment, over all signings. */
  close(): Signings {
    const shares = new Map<string, Set<string>>();
    for (const [place, bodies] of this.said) {
      const [id, from, round] = place.split(",");
      if (bodies.size > 1) this.outcome.contradictions++;
      if (Number(round) !== ROUND.commitments) continue;
      const under = this.said.get([id, from, ROUND.shares].join()) ?? new Set();
      for (const commitment of bodies) {
        this.outcome.commitments++;
        if (shares.has(commitment) || under.size > 1) this.outcome.reused++;
        shares.set(commitment, under);
      }
    }
    return this.outcome;
  }
}
