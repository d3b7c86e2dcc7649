import { type FullIdentity, generateIdentity, type KeyPlace } from "@countersign/client";
import type { RoundProtocol, Step } from "@countersign/session";
import { decodeKeyShare, encodeKeyShare, frostKeygen, type KeyShare } from "@countersign/signing";

/** What a signer has of a key, and what it needs beside it. Secret. */
export interface KeyHolder {
  readonly share: KeyShare;
  readonly pins: KeyPlace["pins"];
  readonly self: { readonly label: string; readonly identity: FullIdentity };
  readonly journalKey: Uint8Array;
}

/** Makes a key of so many for so many, all in one process, and the file of each by its number. */
export async function makeKeyFiles(
  { parties, threshold }: { readonly parties: number; readonly threshold: number },
  randomBytes: (length: number) => Uint8Array,
): Promise<Map<number, string>> {
  const numbers = Array.from({ length: parties }, (_, i) => i + 1);
  const identities = new Map(numbers.map((number) => [number, generateIdentity(randomBytes)]));
  const psks = new Map<string, Uint8Array>();
  const labelOf = (number: number) => `signer ${number}`;
  const pskOf = (...pair: readonly number[]) => {
    const name = [...pair].sort((a, b) => a - b).join();
    const psk = psks.get(name) ?? randomBytes(32);
    psks.set(name, psk);
    return psk;
  };
  const shares = await keygen(numbers, threshold, randomBytes);
  return new Map(
    shares.map((share): [number, string] => {
      const { number } = share;
      const identity = identities.get(number);
      if (identity === undefined) throw new Error("nobody has this number");
      const pins = [...identities].flatMap(([other, { noiseStatic, ed25519 }]) => {
        const keys = { noiseStatic: noiseStatic.publicKey, ed25519: ed25519.publicKey };
        return other === number
          ? []
          : [{ number: other, label: labelOf(other), ...keys, linkPsk: pskOf(number, other) }];
      });
      const self = { label: labelOf(number), identity };
      const holder = { share: encodeKeyShare(share), pins, self, journalKey: randomBytes(32) };
      return [number, JSON.stringify(holder, (_, value: unknown) => toJson(value))];
    }),
  );
}

/** Reads what `makeKeyFiles` has written. */
export function holderOf(text: string): KeyHolder {
  const holder = JSON.parse(text, (_, value: unknown) => fromJson(value)) as Omit<KeyHolder, "share"> & {
    readonly share: Uint8Array;
  };
  const share = decodeKeyShare(holder.share);
  if (!share.ok) throw new Error(share.detail);
  return { ...holder, share: share.value };
}

/** The rounds of a key generation, in which nobody is missing and nobody lies. */
async function keygen(
  numbers: readonly number[],
  threshold: number,
  randomBytes: (length: number) => Uint8Array,
): Promise<readonly KeyShare[]> {
  const options = { suite: "secp256k1-taproot", numbers, threshold, transcript: randomBytes(32), randomBytes } as const;
  const makers: readonly [number, RoundProtocol<KeyShare>][] = numbers.map((self) => [
    self,
    frostKeygen({ ...options, self }),
  ]);
  let steps: [number, Step<KeyShare>][] = [];
  for (const [self, maker] of makers) steps.push([self, await maker.begin()]);
  for (let round = 1; ; round++) {
    const shares = steps.flatMap(([, step]) => (step.type === "done" ? [step.result] : []));
    if (shares.length === numbers.length) return shares;
    const next: typeof steps = [];
    for (const [self, maker] of makers) {
      const own = steps.find(([number]) => number === self)?.[1];
      if (own?.type !== "round") throw new Error("the key generation has failed");
      const received = steps.flatMap(([from, step]) => {
        if (from === self || step.type !== "round") return [];
        const { broadcast } = step;
        const direct = step.direct?.get(self);
        return [{ from, ...(broadcast && { broadcast }), ...(direct && { direct }) }];
      });
      next.push([self, await maker.advance(own.state, round, received)]);
    }
    steps = next;
  }
}

function toJson(value: unknown): unknown {
  return value instanceof Uint8Array ? { bytes: Array.from(value) } : value;
}

function fromJson(value: unknown): unknown {
  const isBytes = typeof value === "object" && value !== null && "bytes" in value && Array.isArray(value.bytes);
  return isBytes ? Uint8Array.from(value.bytes as number[]) : value;
}
