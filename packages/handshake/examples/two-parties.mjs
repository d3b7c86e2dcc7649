import { createPeerGroup } from "@countersign/handshake";
import { portableBackend } from "@countersign/noise";

const random = (length) => crypto.getRandomValues(new Uint8Array(length));
const parameters = { group: random(16), session: random(16), kind: "exchange", parties: 2, threshold: 2 };
const prk = random(32); // scrypt of the spoken code, see codeKdf and codeSalt

const parties = ["alice", "bob"].map((label, index) => {
  const identity = { noiseStatic: portableBackend.dh.generateKeyPair(), ed25519: random(32) };
  const self = { number: index + 1, eid: random(32), label, identity };
  return { self, machine: createPeerGroup({ parameters, self, trust: { type: "code", prk }, randomBytes: random }) };
});

// A relay, a disk and two users in one loop: everything that happens is an input, everything to do is an output.
const inbox = [
  [0, { type: "member", number: 2, eid: parties[1].self.eid, versions: Uint8Array.of(1) }],
  [1, { type: "member", number: 1, eid: parties[0].self.eid, versions: Uint8Array.of(1) }],
];
for (const [at, input] of inbox) {
  const now = { ms: performance.now(), unixSeconds: Date.now() / 1000 };
  for (const output of parties[at].machine.step(input, now)) {
    if (output.type === "send") inbox.push([output.to - 1, { type: "packet", from: at + 1, bytes: output.bytes }]);
    if (output.type === "persist") inbox.push([at, { type: "persisted", id: output.id }]);
    if (output.type === "sas") {
      console.log(`${parties[at].self.label} sees ${output.words} ${output.digits}`);
      inbox.push([at, { type: "confirm", same: true }]); // after both people have said so
    }
    if (output.type === "ready" && at === 0) {
      inbox.push([0, { type: "send", to: 2, round: 1, bytes: new TextEncoder().encode("hello") }]);
    }
    if (output.type === "message") console.log(`bob received ${new TextDecoder().decode(output.bytes)}`);
  }
}
