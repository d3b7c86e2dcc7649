import type { Defence } from "./defence.ts";

const keys = "handshake/src/group-link/pair-keys.ts";
const machine = "handshake/src/group-link/group-link.ts";
const tests = "handshake/test/group-link/";
const attacks = ["handshake/test/attacks/group-link"];

/** What a group link rests on (spec 0012). */
export const groupLinkDefences: readonly Defence[] = [
  {
    against: "a group that two parties see differently: GT stands in the keys of every pair",
    file: keys,
    find: "    transcript,\n    u16(A.number),",
    replace: "    u16(A.number),",
    tests: [`${tests}pair-keys.test.ts`],
  },
  {
    against: "a later theft of all long-term secrets: the ephemeral keys of both stand in the keys",
    file: keys,
    find: "concat(ee, ",
    replace: "concat(",
    tests: [`${tests}secrecy.test.ts`],
  },
  {
    against: "a thief of one's own keys in the place of another party",
    file: keys,
    find: "concat(ee, isA ? ownE : ownS, isA ? ownS : ownE, ss, ",
    replace: "concat(ee, ss, ",
    tests: [`${tests}secrecy.test.ts`],
  },
  {
    against: "failed random generators of both ends",
    file: keys,
    find: "isA ? ownS : ownE, ss, peer",
    replace: "isA ? ownS : ownE, peer",
    tests: [`${tests}secrecy.test.ts`],
  },
  {
    against: "a thief of a static key without link_psk",
    file: keys,
    find: "ss, peer.pin.linkPsk)",
    replace: "ss)",
    tests: [`${tests}secrecy.test.ts`, `${tests}pair-keys.test.ts`],
  },
  {
    against: "reflection of an ephemeral key",
    file: machine,
    find: 'if (own !== undefined && equalBytes(e, own)) return unusable("group-link.reflected");',
    replace: "",
    tests: attacks,
  },
  {
    against: "a second ephemeral key of a peer, and floods of them",
    file: machine,
    find: "this.served.has(from) || this.kept.has(from)",
    replace: "this.kept.has(from)",
    tests: attacks,
  },
  {
    against: "a theft of the ephemeral key: it is erased with the last pair, or when its time is over",
    file: machine,
    find: "if (this.ephemeral !== undefined) this.options.backend.dh.destroyKeyPair(this.ephemeral);",
    replace: "",
    tests: [`${tests}transitions.test.ts`],
  },
  {
    against: "a peer that is told to be up before it was heard",
    file: "handshake/src/group/pair.ts",
    find: "this.awaited = { ...pin, label: undefined, next: 0n };",
    replace:
      'this.awaited = { ...pin, label: undefined, next: 0n };\n    this.outputs.push({ type: "up", peer: this.awaited });',
    tests: [`${tests}session.test.ts`],
  },
  {
    against: "a group link that a relay suppresses: pairs re-link",
    file: "handshake/src/group/link-stage.ts",
    find: "return this.hold(now.ms + EPHEMERAL_LIFE);",
    replace: "return this.hold(Number.MAX_SAFE_INTEGER);",
    tests: attacks,
  },
  {
    against: "a second group link of an endpoint, by another process",
    file: "handshake/src/group/link-stage.ts",
    find: " && history === undefined",
    replace: "",
    tests: [`${tests}session.test.ts`],
  },
];
