import { equalBytes } from "@countersign/wire";
import type { IntroducedPeer, Refusal } from "../cs43/suite.ts";
import type { PeerGroupOptions, PinnedPeer } from "../peer-group-types.ts";

/**
 * The pin of a party: by number, since numbers are the key's; but for two parties who use no key the only one there is,
 * because theirs change.
 */
export function pinOf(options: PeerGroupOptions, number: number): PinnedPeer | undefined {
  const { trust, parameters } = options;
  const pins = trust.type === "pins" ? trust.pins : (trust.expected ?? []);
  const isOnly = parameters.parties === 2 && parameters.kind !== "sign";
  return isOnly ? pins[0] : pins.find((pin) => pin.number === number);
}

/**
 * Whether an end that has proven the code may be this party (spec 0003, section 6): with the keys that are pinned, if
 * any are, and with keys and a label that nobody else in the roster has, ourselves included.
 */
export function checkIntroduction(
  options: PeerGroupOptions,
  number: number,
  { introduced, others }: { readonly introduced: IntroducedPeer; readonly others: readonly IntroducedPeer[] },
): Refusal | undefined {
  const pin = pinOf(options, number);
  if (pin !== undefined && !(same(pin, introduced) && equalBytes(pin.ed25519, introduced.ed25519))) {
    return { code: "peer.identity-changed", detail: `party ${number} has other keys than the ones that are pinned` };
  }
  const { identity, label } = options.self;
  const own = { noiseStatic: identity.noiseStatic.publicKey, ed25519: identity.ed25519, label };
  for (const other of [own, ...others]) {
    if (same(other, introduced) || equalBytes(other.ed25519, introduced.ed25519)) {
      return { code: "peer.duplicate-identity", detail: `party ${number} has the keys of another party` };
    }
    if (other.label === introduced.label) {
      const detail = `party ${number} has the label of another party`;
      return { code: "peer.duplicate-identity", detail, label: other.label };
    }
  }
  return undefined;
}

function same(a: { readonly noiseStatic: Uint8Array }, b: { readonly noiseStatic: Uint8Array }): boolean {
  return equalBytes(a.noiseStatic, b.noiseStatic);
}
