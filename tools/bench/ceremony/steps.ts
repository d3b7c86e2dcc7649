/** Calls by a code that are under way at a time, one for each guess that may fail (spec 0003, section 4). */
const CALLS = 10;
/** What one request holds of bodies. */
const REQUEST_BYTES = 64 * 1_024;

/** How often a party has to speak, because it has to hear something in between: what no batching can make fewer. */
export interface Steps {
  /** Of a first contact of N by code, of each party on the average. */
  pairing(parties: number): number;
  readonly sas: number;
  readonly keygen: number;
  readonly link: number;
  readonly signing: number;
}

/**
 * Pairing: the code is made or claimed, a seat taken, and each packet of a first contact is a step: three for whoever
 * calls, in rounds of ten calls, three for whoever is called; then comes the commitment of the SAS, whose other two steps
 * are its own. Making a key and signing: three rounds, seal, DONE. A re-link: seat, key, commitment, nonce.
 */
export const steps: Steps = {
  pairing(parties) {
    const of = (number: number) => 2 + 3 * Math.ceil((number - 1) / CALLS) + (number < parties ? 3 : 0) + 1;
    let sum = 0;
    for (let number = 1; number <= parties; number++) sum += of(number);
    return sum / parties;
  },
  sas: 2,
  keygen: 5,
  link: 4,
  signing: 5,
};

/** The requests that a party needs for its steps, and for more bytes than one request holds. */
export function fewestRequests(steps: number, bytes: number): number {
  return Math.max(steps, bytes / REQUEST_BYTES);
}
