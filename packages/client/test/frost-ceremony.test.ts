import type { Meeting } from "@countersign/client";
import { frostKeygen, frostSign, type KeyShare, keyGroup, type SigningResult } from "@countersign/signing";
import { SeededRandom } from "@countersign/testkit";
import { utf8 } from "@countersign/wire";
import { schnorr } from "@noble/curves/secp256k1.js";
import { expect, test } from "vitest";
import { invitation } from "./support/seat.ts";
import { type Ready, Signer, Stage } from "./support/signers.ts";

// A key of three is made by a code, and two of them sign with it: the clients, the relay and FROST as they are.

const { bytes: randomBytes } = new SeededRandom(5);
const keygen = { ...invitation.parameters, kind: "keygen", parties: 3, threshold: 2 } as const;
const byCode: Meeting = { invitation: { ...invitation, parameters: keygen } };

interface Holder {
  readonly share: KeyShare;
  readonly pins: Ready["pins"];
}

/** What each has kept of the key, by number. */
async function makeKey(): Promise<Map<number, Holder>> {
  const pins = new Map<number, Ready["pins"]>();
  const protocol = (self: number, ready: Ready) => {
    pins.set(self, ready.pins);
    const { transcript } = ready;
    const suite = "secp256k1-taproot" as const;
    return frostKeygen({ suite, numbers: [1, 2, 3], self, threshold: 2, transcript, randomBytes });
  };
  const stage = new Stage({ parties: 3, protocol, meet: () => byCode });
  const makers = [1, 2, 3].map((number) => new Signer(stage, number));
  const made = await stage.clock.until(Promise.all(makers.map((maker) => maker.live())));
  expect(new Set(made.map(({ outcome }) => String(outcome))).size).toBe(1);
  return new Map(made.map(({ result }) => [result.number, { share: result, pins: pins.get(result.number) ?? [] }]));
}

test("a key that three have made signs for two of them, one of whom is killed in the middle", async () => {
  const holders = await makeKey();
  const [groupKey] = [...holders.values()].map(({ share }) => share.groupKey);
  if (groupKey === undefined) throw new Error("no key");
  const signers = [1, 3];
  const holderOf = (number: number) => {
    const holder = holders.get(number);
    if (holder === undefined) throw new Error("nobody");
    return holder;
  };
  const meet = (number: number): Meeting => {
    const { share, pins } = holderOf(number);
    return { key: { group: keyGroup(share), number, kind: "sign", parties: 2, threshold: 2, pins } };
  };
  const message = utf8("pay");
  const protocol = (number: number, { transcript }: Ready) => {
    const { share } = holderOf(number);
    const proposal = number === 1 ? { proposal: { kind: "bytes", bytes: message } as const } : {};
    return frostSign({ share, signers, transcript, ...proposal, approve: () => true, randomBytes });
  };
  let writes = 0;
  // The last writes are those of the ceremony: its commitments, its shares and its seal are among them.
  for (const fromLast of [undefined, 17, 14, 11, 8, 5]) {
    const at = fromLast === undefined ? undefined : writes - fromLast;
    const stage = new Stage<SigningResult>({ parties: 2, protocol, meet });
    const pair = signers.map((number) => new Signer(stage, number));
    if (pair[1] !== undefined && at !== undefined) pair[1].disk.ends = (write) => write === at;
    const results = await stage.clock.until(Promise.all(pair.map((signer) => signer.live())));
    expect(results).toHaveLength(2);
    writes = writes || (pair[1]?.disk.writes ?? 0);
    for (const { result } of results) {
      if (result.kind !== "message") throw new Error("another result");
      expect(schnorr.verify(result.signature, message, groupKey.subarray(1))).toBe(true);
    }
    expect(pair.map(({ lives }) => lives)).toEqual([1, at === undefined ? 1 : 2]);
  }
});
