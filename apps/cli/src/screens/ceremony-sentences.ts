import { listed } from "./amounts.ts";
import type { CeremonyEvent, ShownKey, ShownSigning } from "./ceremony-events.ts";
import { ceremonyLine } from "./stand-lines.ts";
import { paint } from "./style.ts";

/** What an event of a ceremony is in words. */
export function ceremonySentences(event: CeremonyEvent): readonly string[] {
  switch (event.event) {
    case "present":
      return [`${event.present} of ${event.parties} are here.`];
    case "missing":
      return [`Waiting for ${listed(event.labels)}${event.step === "words" ? " to confirm the words" : ""} …`];
    case "gathered": {
      const others = listed(event.parties.filter(({ self }) => !self).map(({ label }) => label));
      return [event.verified ? `Met ${others}: the keys are the pinned ones.` : `All have confirmed: you, ${others}.`];
    }
    case "ceremony":
      return [ceremonyLine(event)];
    case "late": {
      const whom = listed(event.missing);
      return [`${whom} ${event.missing.length === 1 ? "is" : "are"} late in round ${event.round} (${event.name}).`];
    }
    case "review":
      return [
        `${event.from} proposes to sign, as this machine reads it:`,
        ...event.lines.map((line) => `   ${line.includes(event.digest) ? paint(["bold", "cyan"], line) : line}`),
        "The same digest on every screen: the same content, people and session.",
      ];
    case "key-made":
      return keyLines(event);
    case "signed":
      return [
        "Signed, and verified against the key:",
        ...(event.txid === undefined ? [] : [`   txid       ${event.txid}`]),
        ...(event.signature === undefined ? [] : [`   signature  ${event.signature}`]),
        ...(event.file === undefined ? [] : [`   file       ${event.file}`]),
      ];
    case "proposed":
      return [`${event.from} proposes to sign with ${event.key}: ${payloadNamed(event)}.`];
    case "key-status":
      return event.signings.length === 0
        ? [`Nobody proposes anything to sign with ${event.key} now.`]
        : event.signings.map((signing) => signingLine(signing, event.key));
    case "proposal-ended":
      return [
        event.how === "cancelled"
          ? `${event.from} has cancelled the proposal to sign with ${event.key}: ${payloadNamed(event)}.`
          : `What ${event.from} proposed to sign with ${event.key} came to nothing: ${payloadNamed(event)}.`,
      ];
    case "signed-by-others":
      return [
        `${event.from} says what was signed with ${event.key}:`,
        `   ${event.txid === undefined ? `signature  ${event.signature ?? "?"}` : `txid       ${event.txid}`}`,
      ];
    case "record":
      return [`The record: ${event.file}`];
    case "record-verified":
      return recordLines(event);
    case "backup":
      return [
        `${event.label} (${event.id}) is in ${event.file}, sealed by the same passphrase. Try it: restore it elsewhere.`,
      ];
    case "restored":
      return [`${event.label} (${event.id}) is here.`];
    case "rehearsed":
      return [`${paint("green", "✓")} ${event.step.padEnd(10)} ${`${event.ms} ms`.padStart(9)}   ${event.asked}`];
    case "check":
      return [checkLine(event), ...(event.remedy === undefined ? [] : [`${" ".repeat(15)}${event.remedy}`])];
  }
}

/** `psbt payment.psbt`. */
function payloadNamed({ kind = "?", name }: { readonly kind?: string; readonly name?: string }): string {
  return name === undefined ? kind : `${kind} ${name}`;
}

function signingLine({ running, parties, joined, from, ...what }: ShownSigning, key: string): string {
  const there = `${joined} of ${parties} are there`;
  if (from === undefined) return `Somebody ${running ? "signs" : "proposes to sign"} with ${key}: ${there}.`;
  return `${from} proposes to sign with ${key}: ${payloadNamed(what)}; ${there}.`;
}

/** `✓ relay     …`. */
export function checkLine({ name, ok, found }: Extract<CeremonyEvent, { event: "check" }>): string {
  return `${ok ? paint("green", "✓") : paint("red", "✗")} ${name.padEnd(12)} ${found}`;
}

function recordLines(event: Extract<CeremonyEvent, { event: "record-verified" }>): readonly string[] {
  const { kind, confirmation, threshold, protocol, rounds, outcome, head, parties } = event;
  const how = confirmation === "sas" ? "compared words" : "pinned keys";
  return [
    `All ${parties.length} parties have signed this record, and its hash chain is whole.`,
    `   ceremony  ${kind}, ${protocol}, ${rounds} rounds, threshold ${threshold}, by ${how}`,
    `   outcome   ${outcome}`,
    `   head      ${head}`,
    ...parties.map(({ number, label, ed25519 }) => `   party ${`${number}`.padStart(3)} ${ed25519} ${label}`),
  ];
}

/** One key has an address in each: who sees another one has to know why. */
const NETWORKS = {
  mainnet: "bitcoin mainnet (--network testnet shows tb1p…)",
  testnet: "bitcoin testnet (--network mainnet shows bc1p…)",
  regtest: "bitcoin regtest (--network mainnet shows bc1p…)",
} as const;

function keyLines({
  label,
  id,
  suite,
  threshold,
  parties,
  public_key,
  address,
  network = "mainnet",
}: ShownKey): readonly string[] {
  return [
    `The key ${label}: any ${threshold} of ${parties.length} can sign.`,
    `   id       ${id}`,
    `   key      ${public_key}`,
    `   suite    ${suite}`,
    ...(address === undefined ? [] : [`   address  ${address}`, `   network  ${NETWORKS[network]}`]),
    `   holders  ${parties.map((party) => party.label).join(", ")}`,
  ];
}
