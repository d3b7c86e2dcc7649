import { openByHand, resumeByHand, type Session, type SessionRecord } from "@countersign/client";
import { equalBytes, uuidFromRandom } from "@countersign/wire";
import { faults } from "./faults.ts";
import type { HandInvite, InvitedPlace } from "./hand-invite.ts";
import { handOf } from "./hand-of.ts";
import type { Opened, Place, Surroundings } from "./opening.ts";
import type { SessionFile } from "./session-store.ts";

/** A session that no relay knows, and who this party is in it. */
export interface HandPlace {
  readonly parameters: Session["parameters"];
  /** 1 for who makes the session, 2 for who joins it. */
  readonly number: number;
  /** The secret part of the code. */
  readonly secret: string;
}

/** A session, as its second party. */
function joinedPlace(secret: string, { group, session }: Pick<InvitedPlace, "group" | "session">): HandPlace {
  return { parameters: { group, session, kind: "exchange", parties: 2, threshold: 2 }, number: 2, secret };
}

/** A new session, as its first party. */
export function madePlace(secret: string, { randomBytes }: Surroundings): HandPlace {
  const [group, session] = [uuidFromRandom(randomBytes(16)), uuidFromRandom(randomBytes(16))];
  return { ...joinedPlace(secret, { group, session }), number: 1 };
}

/** The session that an invitation is for, which its link says, or the first packets. Throws `MethodError`. */
export function placeToJoin(
  { secret, place }: HandInvite,
  packets: Uint8Array | undefined,
  surroundings: Surroundings,
): HandPlace {
  const said = place === undefined ? undefined : joinedPlace(secret, place);
  const found = packets === undefined ? said : placeOfPackets(secret, packets, surroundings);
  if (found === undefined) throw faults.handInvite();
  if (said === undefined || isSame(said.parameters, found.parameters)) return found;
  throw faults.packets({ code: "wire.out-of-range", detail: "packets of another session" });
}

/** The session that packets are of, as the party that they are for. */
function placeOfPackets(secret: string, packets: Uint8Array, surroundings: Surroundings): HandPlace {
  const bundle = handOf(surroundings).read(packets);
  if (!bundle.ok) throw faults.packets(bundle);
  const { number, parameters } = bundle.value.from;
  const place = joinedPlace(secret, parameters);
  const { kind, parties, threshold } = place.parameters;
  const fits = parameters.kind === kind && parameters.parties === parties && parameters.threshold === threshold;
  if (!fits || (number !== 1 && number !== 2)) {
    throw faults.packets({ code: "wire.out-of-range", detail: "packets of a session of another kind" });
  }
  return { ...place, number: 3 - number };
}

/** Begins a session by hand. */
export async function openHandAt(
  { self, file, ...place }: HandPlace & Pick<Place, "self" | "file">,
  surroundings: Surroundings,
): Promise<Opened> {
  const { backend, spake2Backend, clock, kdf, randomBytes } = surroundings;
  const hand = handOf(surroundings);
  const wire = await openByHand({
    ...place,
    self,
    hand,
    journal: file,
    clock,
    randomBytes,
    ...(kdf === undefined ? {} : { kdf }),
    ...(backend === undefined ? {} : { backend }),
    ...(spake2Backend === undefined ? {} : { spake2Backend }),
  });
  return { wire, hand };
}

/** Takes up a session that goes by hand. */
export function resumeHandAt(
  { record, file }: { readonly record: SessionRecord; readonly file: SessionFile },
  surroundings: Surroundings,
): Opened {
  const { backend, spake2Backend, clock, randomBytes } = surroundings;
  const hand = handOf(surroundings);
  const more = {
    ...(backend === undefined ? {} : { backend }),
    ...(spake2Backend === undefined ? {} : { spake2Backend }),
  };
  return { wire: resumeByHand({ record, hand, journal: file, clock, randomBytes, ...more }), hand };
}

function isSame(one: HandPlace["parameters"], other: HandPlace["parameters"]): boolean {
  return equalBytes(one.group, other.group) && equalBytes(one.session, other.session);
}
