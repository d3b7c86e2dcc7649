import { randomBytes } from "node:crypto";
import { type Backend, createA, createB, portableBackend, scalarFromBytes } from "@countersign/spake2";
import { nodeBackend } from "@countersign/spake2/node";
import type { Comparison, Subject } from "../measure.ts";

const common = { w: scalarFromBytes(randomBytes(48)), idA: Uint8Array.of(1), idB: Uint8Array.of(2) };

/** A's side from its share to the confirmation that it sends; B's is the same work. */
function oneSide(name: string, backend: Backend): Subject {
  const { share } = createB({ ...common, random48: randomBytes(48) });
  return {
    name,
    run() {
      const a = createA({ ...common, random48: randomBytes(48), backend });
      if (!a.consumeShare(share).ok) throw new Error("refused");
    },
  };
}

/** SPAKE2 on P-256; without scrypt, which is a constant cost of every code. */
export function spake2(): readonly Comparison[] {
  return [
    {
      title: "SPAKE2, one side, without scrypt",
      subjects: [
        oneSide("@countersign/spake2, Node backend", nodeBackend),
        oneSide("@countersign/spake2, portable backend (noble)", portableBackend),
      ],
    },
  ];
}
