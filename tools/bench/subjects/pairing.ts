import { randomBytes } from "node:crypto";
import {
  createPeerGroup,
  type Machine,
  type PeerGroupInput,
  type PeerGroupOptions,
  type PeerGroupOutput,
  type PinnedPeer,
  type Trust,
} from "@countersign/handshake";
import { portableBackend } from "@countersign/noise";
import { nodeBackend } from "@countersign/noise/node";
import { nodeBackend as nodeSpake2 } from "@countersign/spake2/node";
import type { Comparison, Subject } from "../measure.ts";

type Backend = typeof portableBackend;
/** Both on Node, or both in JavaScript alone. */
type Backends = Pick<PeerGroupOptions, "backend" | "spake2Backend"> & { readonly backend: Backend };
type Group = Machine<PeerGroupInput, PeerGroupOutput>;

const now = { ms: 0, unixSeconds: 1_760_000_000 };
const parameters = {
  group: randomBytes(16),
  session: randomBytes(16),
  kind: "exchange",
  parties: 2,
  threshold: 2,
} as const;

function selves(backend: Backend): readonly PeerGroupOptions["self"][] {
  return [1, 2].map((number) => ({
    number,
    eid: randomBytes(32),
    label: `party ${number}`,
    identity: { noiseStatic: backend.dh.generateKeyPair(), ed25519: randomBytes(32) },
  }));
}

/** Lets two peer groups talk until nothing is on its way; returns what each said that was not for the network. */
function meet(groups: readonly Group[], eids: readonly Uint8Array[], confirm: boolean): PeerGroupOutput[][] {
  const said: PeerGroupOutput[][] = [[], []];
  const queue: { readonly to: number; readonly input: PeerGroupInput }[] = eids.map((eid, index) => ({
    to: 1 - index,
    input: { type: "member", number: index + 1, eid, versions: Uint8Array.of(1) },
  }));
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const output of groups[next.to]?.step(next.input, now) ?? []) {
      if (output.type === "send") {
        queue.push({ to: output.to - 1, input: { type: "packet", from: next.to + 1, bytes: output.bytes } });
      } else if (output.type === "persist") queue.push({ to: next.to, input: { type: "persisted", id: output.id } });
      else said[next.to]?.push(output);
      if (output.type === "sas" && confirm) queue.push({ to: next.to, input: { type: "confirm", same: true } });
    }
  }
  return said;
}

function pair(self: readonly PeerGroupOptions["self"][], backends: Backends, trusts: readonly Trust[]) {
  const groups = self.map((own, index) => {
    const trust = trusts[index];
    if (trust === undefined) throw new Error("no trust");
    return createPeerGroup({ parameters, self: own, trust, randomBytes: (n) => randomBytes(n), ...backends });
  });
  const said = meet(
    groups,
    self.map(({ eid }) => eid),
    trusts[0]?.type === "code",
  );
  return said.map((outputs): readonly PinnedPeer[] => {
    const ready = outputs.find((output) => output.type === "ready");
    if (ready === undefined) throw new Error("not ready");
    return ready.pins;
  });
}

/** A first contact: P1 to P5, commit and reveal, SAS_OK; without scrypt, which is a constant cost of every code. */
function firstContact(name: string, backends: Backends): Subject {
  const self = selves(backends.backend);
  const code: Trust = { type: "code", prk: randomBytes(32) };
  return { name, run: () => void pair(self, backends, [code, code]) };
}

/** A re-link: K1, K2, commit and reveal. */
function relink(name: string, backends: Backends): Subject {
  const self = selves(backends.backend);
  const code: Trust = { type: "code", prk: randomBytes(32) };
  const pins = pair(self, backends, [code, code]).map((pinned): Trust => ({ type: "pins", pins: pinned }));
  return { name, run: () => void pair(self, backends, pins) };
}

const onNode: Backends = { backend: nodeBackend, spake2Backend: nodeSpake2 };

/** Whole pairs as the machines make them, both sides on one core. */
export function pairing(): readonly Comparison[] {
  return [
    {
      title: "pairing with a code up to ready, both sides, without scrypt",
      subjects: [
        firstContact("@countersign/handshake, Node backends", onNode),
        firstContact("@countersign/handshake, portable backends", { backend: portableBackend }),
      ],
    },
    {
      title: "re-link of pinned peers up to ready, both sides",
      subjects: [
        relink("@countersign/handshake, Node backends", onNode),
        relink("@countersign/handshake, portable backends", { backend: portableBackend }),
      ],
    },
  ];
}
