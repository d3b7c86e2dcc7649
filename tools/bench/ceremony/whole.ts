import { randomBytes } from "node:crypto";
import { type SessionEvent, webSocketTransport } from "@countersign/client";
import type { Backend } from "@countersign/noise";
import type { RoundProtocol } from "@countersign/session";
import { frostKeygen, frostSign, type KeyShare, keyGroup } from "@countersign/signing";
import { difference, Meter, type Reading } from "./meter.ts";
import { Party } from "./party.ts";
import { sharedClock } from "./shared-clock.ts";

/** What each part of a ceremony took, of all its parties together. */
export type Phases = Readonly<Record<"pairing" | "sas" | "keygen" | "link" | "signing", Reading>>;

interface Holder {
  readonly party: Party;
  readonly share: KeyShare;
  readonly pins: Extract<SessionEvent, { type: "ready" }>["pins"];
}

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const suite = "secp256k1-taproot";

export interface CeremonyPlan {
  readonly parties: number;
  readonly threshold: number;
  readonly backend: Backend;
}

/** Makes a key of N parties by code over the relay, and signs with t of them. */
export async function wholeCeremony(url: string, { parties, threshold, backend }: CeremonyPlan): Promise<Phases> {
  const meter = new Meter();
  const transport = meter.count(webSocketTransport);
  const clock = sharedClock(parties);
  const all = Array.from(
    { length: parties },
    (_, at) => new Party({ url, label: `party ${at + 1}`, transport, clock, backend }),
  );
  const readings = [meter.read()];
  const lap = () => readings.push(meter.read());

  await meetByCode(all, threshold);
  await Promise.all(all.map((party) => party.allUp(parties)));
  lap();
  await Promise.all(all.map((party) => party.sas()));
  const ready = await Promise.all(all.map((party) => party.ready(true)));
  lap();
  const numbers = all.map((_, at) => at + 1);
  const made = await Promise.all(
    all.map((party, at) => {
      const { transcript } = ready[at] ?? fail();
      const options = { suite, numbers, self: party.number, threshold, transcript, randomBytes: random } as const;
      return party.run(ready[at] ?? fail(), metered(meter, frostKeygen(options)));
    }),
  );
  lap();
  await Promise.all(made.map(({ close }) => close()));
  const holders = all.map((party, at): Holder => {
    return { party, share: made[at]?.result ?? fail(), pins: ready[at]?.pins ?? fail() };
  });
  const signers = holders.filter(({ share }) => share.number <= threshold);

  readings.push(meter.read());
  await Promise.all(signers.map((holder) => meetByKey(holder, threshold)));
  const linked = await Promise.all(signers.map(({ party }) => party.ready(false)));
  lap();
  const signed = await Promise.all(
    signers.map(({ party, share }, at) => {
      const who = signers.map((each) => each.share.number).sort((a, b) => a - b);
      const proposal =
        share.number === 1 ? { proposal: { kind: "text", text: "The treasury has voted." } as const } : {};
      const { transcript } = linked[at] ?? fail();
      const options = { share, signers: who, transcript, ...proposal, approve: () => true, randomBytes: random };
      return party.run(linked[at] ?? fail(), metered(meter, frostSign(options)));
    }),
  );
  lap();
  await Promise.all(signed.map(({ close }) => close()));
  for (const { relay } of all) relay.close();
  return phasesOf(readings);
}

async function meetByCode([first, ...others]: readonly Party[], threshold: number): Promise<void> {
  if (first === undefined) fail();
  const invitation = await first.invite(others.length + 1, threshold);
  await first.open({ invitation });
  await Promise.all(others.map(async (party) => party.open({ invitation: await party.claim(invitation) })));
}

function meetByKey({ party, share, pins }: Holder, threshold: number): Promise<void> {
  const key = {
    group: keyGroup(share),
    number: share.number,
    kind: "sign",
    parties: threshold,
    threshold,
    pins,
  } as const;
  return party.open({ key });
}

/** The protocol with its CPU counted. All of its steps are synchronous here. */
function metered<Result>(meter: Meter, protocol: RoundProtocol<Result>): RoundProtocol<Result> {
  return {
    ...protocol,
    begin: () => meter.inProtocol(() => protocol.begin()),
    advance: (state, round, received) => meter.inProtocol(() => protocol.advance(state, round, received)),
  };
}

function phasesOf(readings: readonly Reading[]): Phases {
  const between = (from: number) => difference(readings[from] ?? fail(), readings[from + 1] ?? fail());
  return { pairing: between(0), sas: between(1), keygen: between(2), link: between(4), signing: between(5) };
}

function fail(): never {
  throw new Error("something of the ceremony is missing");
}
