import { FrameKind, UsageError } from "@countersign/wire";
import type { Instant } from "../machine.ts";
import type { SasFailed, SasKind, SasOutput } from "./group-sas-types.ts";
import type { Happening } from "./judge.ts";
import type { Memory } from "./memory.ts";
import type { Opening } from "./opening.ts";
import { commitment, verifyOpenings } from "./openings.ts";
import { deriveShortString } from "./short-string.ts";
import type { SasAction } from "./transitions.ts";

/** How long the others have for their commitments after one's own, in ms: other pairs may still be coming up. */
const COMMITTING_TIME = 90_000;
/** How long the others have for their reveals after one's own, in milliseconds. */
const OPENING_TIME = 30_000;

type Act = (memory: Memory, what: Happening, now: Instant) => readonly SasOutput[];

/** What each action of the table does to the memory, and the outputs it makes. */
export const acts: { readonly [A in SasAction]: Act } = {
  "keep-nonce": ({ nonce }) => [{ type: "persist-nonce", nonce: nonce.slice() }],
  commit({ self, transcript, nonce, commitments }) {
    const own = commitment(transcript, self, nonce);
    commitments.set(self, own);
    return broadcast(FrameKind.SAS_COMMIT, own);
  },
  "hold-commitment": ({ commitments }, what) => hold(commitments, what),
  "mark-revealed": () => [{ type: "persist-revealed" }],
  reveal({ self, nonce, nonces }) {
    nonces.set(self, nonce);
    return broadcast(FrameKind.SAS_REVEAL, nonce);
  },
  "hold-nonce": ({ nonces }, what) => hold(nonces, what),
  "await-commitments"(memory, _, now) {
    memory.deadline = now.ms + COMMITTING_TIME;
    return [];
  },
  "await-reveals"(memory, _, now) {
    memory.deadline = now.ms + OPENING_TIME;
    return [];
  },
  "stop-clock"(memory) {
    memory.deadline = undefined;
    return [];
  },
  "keep-openings": (memory) => [{ type: "persist-opened", openings: openingsOf(memory) }],
  "restore-openings"({ commitments, nonces, opened = [] }) {
    for (const { number, commitment, nonce } of opened) {
      commitments.set(number, commitment);
      nonces.set(number, nonce);
    }
    return [];
  },
  show(memory) {
    memory.short = deriveShortString(verifyOpenings(memory));
    const { words, digits } = memory.short;
    return [{ type: "sas", words, digits, ...(memory.agreed ? { agreed: true } : {}) }];
  },
  "hold-early-ok": ({ earlyOks }, what) => hold(earlyOks, what),
  "hold-ok"({ earlyOks, oks }, what) {
    earlyOks.delete(what.from);
    return hold(oks, what);
  },
  "tell-ok": (_, { from }) => [{ type: "peer-confirmed", number: from }],
  "say-ok": (_, { content }) => broadcast(FrameKind.SAS_OK, content),
  finish: () => [{ type: "complete" }],
  count(memory) {
    memory.counts = true;
    return [];
  },
  "fail-protocol": (memory, what) => fail("peer.protocol", memory, what),
  "fail-mismatch": (memory, what) => fail("peer.sas-mismatch", memory, what),
  "fail-aborted": (memory, what) => fail("peer.sas-aborted", memory, what),
  drop: (_, { event, from }) => [{ type: "drop", code: `sas.${event}`, from }],
  refuse({ state }, { event }) {
    throw new UsageError("usage.not-now", `"${event}" means nothing while the group SAS is "${state}"`);
  },
};

function openingsOf({ numbers, commitments, nonces }: Memory): readonly Opening[] {
  return numbers.flatMap((number) => {
    const [commitment, nonce] = [commitments.get(number), nonces.get(number)];
    return commitment && nonce ? [{ number, commitment: commitment.slice(), nonce: nonce.slice() }] : [];
  });
}

function broadcast(kind: SasKind, content: Uint8Array): readonly SasOutput[] {
  return [{ type: "broadcast", kind, content: content.slice() }];
}

function hold(map: Map<number, Uint8Array>, { from, content }: Happening): readonly SasOutput[] {
  map.set(from, content.slice());
  return [];
}

function fail(code: SasFailed["code"], { counts }: Memory, { culprits, detail }: Happening): readonly SasOutput[] {
  return [{ type: "failed", code, culprits, detail, persist: counts }];
}
