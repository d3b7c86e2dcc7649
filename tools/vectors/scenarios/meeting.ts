import { u64 } from "../protocol/bytes.ts";
import { codeKey } from "../protocol/code.ts";
import { Direction } from "../protocol/direction.ts";
import { type FirstContact, firstContact } from "../protocol/first-contact.ts";
import { firstAt, fixedUuid, makeParty, type PartySecrets } from "../protocol/party.ts";
import { type ReLink, reLink } from "../protocol/re-link.ts";
import { fixedRandom } from "../randomness.ts";
import { BEGIN, SessionScript } from "./session-script.ts";

export interface Setting {
  readonly name: string;
  /** Number of parties. */
  readonly size: number;
  /** Which number of each pair is initiator. */
  readonly caller: "higher" | "lower";
}

const LABELS = ["alice", "Bob", "Zoë"];
/** The code of all sessions. */
export const CODE = { nameplate: "7", secret: "aimless-almighty-adrift-antenna" };

/** All pairs come up by the code. */
export function meetByCode(setting: Setting) {
  const script = gather(setting);
  const { facts } = script;
  const { salt, prk } = codeKey(CODE.secret, facts);
  const draws = ({ ephemeral, random }: FirstContact, role: "I" | "R") => [ephemeral[role].privateKey, random[role]];
  const contacts = begin(script, setting, {
    make: (I, R, unixSeconds) => {
      const label = `${setting.name}/${I.number}-${R.number}`;
      return firstContact({ facts, I, R, at: firstAt(I, R, unixSeconds), prk: { I: prk, R: prk }, label });
    },
    draws: (contact) => draws(contact, "I"),
    opening: ({ packets }) => ["P1", packets.P1],
  });
  for (const contact of contacts) {
    const { roles, packets, k1, k2, tokens } = contact;
    const [i, r] = [roles.I.number, roles.R.number];
    script.open(i, r, new Direction(k1, tokens.R));
    script.open(r, i, new Direction(k2, tokens.I));
    script.carry("P1", [i, r], packets.P1, { draws: draws(contact, "R") });
    script.carry("P2", [r, i], packets.P2);
    script.carry("P3", [i, r], packets.P3);
    script.carry("P4", [r, i], packets.P4, nonceOf(script, setting.name, i));
    script.carry("P5", [i, r], packets.P5, nonceOf(script, setting.name, r));
    script.frame(r, i, "ACK", u64(0n));
  }
  return { script, contacts, prk, salt };
}

/** All pairs come up by pins; their link_psk are made up. */
export function meetByPins(setting: Setting) {
  const script = gather(setting);
  const { facts } = script;
  const pskOf = (a: PartySecrets, b: PartySecrets) =>
    fixedRandom(`${setting.name}/link_psk/${Math.min(a.number, b.number)}-${Math.max(a.number, b.number)}`, 32);
  const links = begin(script, setting, {
    make: (I, R, unixSeconds) => {
      const label = `${setting.name}/${I.number}-${R.number}`;
      const linkPsk = pskOf(I, R);
      return { ...reLink({ facts, I, R, at: firstAt(I, R, unixSeconds), linkPsk, label }), linkPsk };
    },
    draws: ({ ephemeral }) => [ephemeral.I.privateKey],
    opening: ({ packets }) => ["K1", packets.K1],
  });
  for (const link of links) linkUp(script, link, { nonces: setting.name });
  return { script, links };
}

/** K1, K2 and the greeting. `from`: the m at which both ends go on; `nonces`: the pair comes up for the first time. */
export function linkUp(
  script: SessionScript,
  { roles, packets, k1, k2, tokens, ephemeral }: ReLink,
  { from = { I: 0n, R: 0n }, nonces }: { from?: { I: bigint; R: bigint }; nonces?: string },
): void {
  const [i, r] = [roles.I.number, roles.R.number];
  script.open(i, r, new Direction(k1, tokens.R, from.R));
  script.open(r, i, new Direction(k2, tokens.I, from.I));
  script.carry("K1", [i, r], packets.K1, { draws: [ephemeral.R.privateKey] });
  script.carry("K2", [r, i], packets.K2, nonceOf(script, nonces, i));
  script.frame(i, r, "ACK", u64(0n), nonceOf(script, nonces, r));
}

function gather({ name, size }: Setting): SessionScript {
  const parties = LABELS.slice(0, size).map((label, index) => makeParty(name, index + 1, label));
  const [group, session] = [fixedUuid(`${name}/group`), fixedUuid(`${name}/session`)];
  const kind = size === 2 ? "exchange" : "keygen";
  return new SessionScript({ group, session, kind, parties: size, threshold: 2 }, parties);
}

interface Opening<Exchange> {
  readonly make: (I: PartySecrets, R: PartySecrets, unixSeconds: number) => Exchange;
  /** What the initiator draws. */
  readonly draws: (exchange: Exchange) => readonly Uint8Array[];
  readonly opening: (exchange: Exchange) => readonly [name: string, packet: Uint8Array];
}

/**
 * The relay tells everybody of everybody, and whoever has the higher number begins at once. Where the lower number is to
 * be initiator, it begins as well, ten seconds later: then its number is the higher one, and the other opening is old.
 */
function begin<Exchange>(script: SessionScript, { caller }: Setting, { make, draws, opening }: Opening<Exchange>) {
  const begun = script.pairs.map(([low, high]) => ({ low, high, exchange: make(high, low, BEGIN) }));
  for (const { number: party } of script.parties) {
    for (const { number } of script.parties) {
      const own = begun.find(({ low, high }) => low.number === number && high.number === party);
      const drawn = own === undefined ? [] : draws(own.exchange);
      if (number !== party) script.tell(party, "member", { number, unixSeconds: BEGIN }, drawn);
    }
  }
  if (caller === "higher") return begun.map(({ exchange }) => exchange);
  return begun.map(({ low, high, exchange }) => {
    const later = make(low, high, BEGIN + 10);
    script.tell(low.number, "relink", { number: high.number, unixSeconds: BEGIN + 10 }, draws(later));
    const [name, packet] = opening(exchange);
    script.carry(name, [high.number, low.number], packet, { dropped: "exchange.old" });
    return later;
  });
}

/** The nonce that a party draws when its last pair comes up. */
function nonceOf(script: SessionScript, name: string | undefined, number: number): { draws?: readonly Uint8Array[] } {
  const party = script.parties.find((candidate) => candidate.number === number);
  if (name === undefined || party === undefined || !script.up(number)) return {};
  return { draws: [fixedRandom(`${name}/${party.label}/nonce`, 32)] };
}
