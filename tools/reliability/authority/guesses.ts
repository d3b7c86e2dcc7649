import type { SeededRandom } from "@countersign/testkit";
import { address, Client, secret, uuid } from "../client.ts";

/** What guessing came to. */
export interface Guessed {
  readonly tokens: number;
  readonly tokensAccepted: number;
  /** Guesses at an invitation that one address could test within a minute. */
  readonly invitations: number;
  /** Whether the right number was taken from that address then. */
  readonly invitationsAccepted: number;
  /** Whether it was taken from an address that had guessed nothing. */
  readonly othersServed: number;
}

const session = uuid(0xe1);
const token = secret(0xe4);
const place = { group: uuid(0xe0), session, kind: "exchange", parties: 2, threshold: 2, versions: "AQ" };

/** Guesses at what a member is known by, and at the numbers of invitations. */
export async function guess(url: string, count: number, random: SeededRandom): Promise<Guessed> {
  const owner = await Client.connect(url, { from: address(45_000) });
  await owner.call("Session.open", { ...place, eid: secret(0xe2), token });
  let tokensAccepted = 0;
  const lanes = Array.from({ length: 50 }, async (_, i) => {
    const client = await Client.connect(url, { from: address(45_001 + i) });
    // Who has made no call that works is not listened to for long.
    await client.call("Invitation.create", { kind: "exchange", parties: 2, threshold: 2 });
    for (let n = i; n < count; n += 50) {
      const { error } = await client.ask("Session.resume", { session, token: wrongToken(n, random), after: 0 });
      if (error === undefined) tokensAccepted++;
    }
    client.cut();
  });
  await Promise.all(lanes);
  return { tokens: count, tokensAccepted, ...(await guessInvitations(url)) };
}

/** First all that are one bit beside the right one, then any. */
function wrongToken(n: number, random: SeededRandom): string {
  if (n >= 256) return Buffer.from(random.bytes(32)).toString("base64url");
  const bytes = Buffer.from(token, "base64url");
  bytes.writeUInt8(bytes.readUInt8(n >> 3) ^ (1 << (n & 7)), n >> 3);
  return bytes.toString("base64url");
}

async function guessInvitations(
  url: string,
): Promise<Pick<Guessed, "invitations" | "invitationsAccepted" | "othersServed">> {
  const host = await Client.connect(url, { from: address(46_000) });
  const { nameplate } = await host.call<{ nameplate: string }>("Invitation.create", {
    kind: "exchange",
    parties: 3,
    threshold: 2,
  });
  const [guesser, again] = [
    await Client.connect(url, { from: address(46_001) }),
    await Client.connect(url, { from: address(46_001) }),
  ];
  const claim = { claim: secret(7, 16) };
  let invitations = 0;
  // From two connections of one address: a new one gives no new guesses.
  for (let n = 0; n < 40; n++) {
    const { error } = await (n % 2 === 0 ? guesser : again).ask("Invitation.claim", {
      nameplate: String(900_000 + n),
      ...claim,
    });
    if ((error?.data as { code?: string } | undefined)?.code !== "relay.rate-limited") invitations++;
  }
  const late = await again.ask("Invitation.claim", { nameplate, ...claim });
  const other = await Client.connect(url, { from: address(46_002) });
  const served = await other.ask("Invitation.claim", { nameplate, ...claim });
  return {
    invitations,
    invitationsAccepted: late.error === undefined ? 1 : 0,
    othersServed: served.error === undefined ? 1 : 0,
  };
}
