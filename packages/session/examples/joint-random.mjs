// A protocol of one's own: three parties draw a number that none of them chose. Everybody commits to a share in round 1
// and opens it in round 2; the number is the hash of all shares.
import { createHash, createPublicKey, generateKeyPairSync, randomBytes, sign, verify } from "node:crypto";
import { createCeremony, verifyRecord } from "@countersign/session";

const hash = (...parts) => new Uint8Array(createHash("sha256").update(Buffer.concat(parts)).digest());

/** @returns {import("@countersign/session").RoundProtocol<string>} */
function jointRandom(self) {
  return {
    name: "example/joint-random/1",
    rounds: [
      { name: "commit", broadcast: true, direct: false, seconds: 60 },
      { name: "open", broadcast: true, direct: false, seconds: 60 },
    ],
    begin() {
      const share = new Uint8Array(randomBytes(32));
      // The state is on disk before the commitment leaves, so that a restart opens the share that it committed to.
      return { type: "round", state: share, broadcast: hash(share) };
    },
    advance(state, round, received) {
      const own = state.slice(0, 32);
      if (round === 1) {
        // What round 2 needs of round 1 goes into the state.
        const commitments = received.map(({ broadcast }) => broadcast);
        return { type: "round", state: new Uint8Array(Buffer.concat([own, ...commitments])), broadcast: own };
      }
      const opens = ({ broadcast }, index) => {
        const commitment = state.slice(32 * (index + 1), 32 * (index + 2));
        return broadcast.length === 32 && Buffer.compare(hash(broadcast), commitment) === 0;
      };
      const culprits = received.filter((one, index) => !opens(one, index)).map(({ from }) => from);
      if (culprits.length > 0) return { type: "failed", culprits, detail: "a share that was not committed to" };
      const shares = [{ from: self, broadcast: own }, ...received].sort((a, b) => a.from - b.from);
      const number = hash(...shares.map(({ broadcast }) => broadcast));
      return { type: "done", result: this.restore(number), outcome: number, state: number };
    },
    restore: (state) => Buffer.from(state).toString("hex"),
  };
}

// What a session knows: who is there (numbers, labels, Ed25519 keys) and the transcript that all have compared.
const keys = ["alice", "bob", "carol"].map((label, index) => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const x = publicKey.export({ format: "jwk" }).x;
  return { number: index + 1, label, privateKey, ed25519: new Uint8Array(Buffer.from(x, "base64url")) };
});
const verifies = (signature, message, key) => {
  const jwk = { kty: "OKP", crv: "Ed25519", x: Buffer.from(key).toString("base64url") };
  return verify(null, message, createPublicKey({ key: jwk, format: "jwk" }), signature);
};
const parties = keys.map(({ number, label, ed25519 }) => ({ number, label, ed25519 }));
const transcript = new Uint8Array(randomBytes(32));

// The loop round one machine. Here, channels are a queue and a disk is a variable; @countersign/client has a loop with
// encrypted channels over a relay, a journal and timers: `runCeremony`.
const queue = [];
const tables = keys.map(({ number, label, privateKey }) => {
  const protocol = jointRandom(number);
  const machine = createCeremony({
    ...{ transcript, kind: "exchange", threshold: 2, confirmation: "sas", protocol, parties, self: number },
    sign: (message) => new Uint8Array(sign(null, message, privateKey)),
    verify: verifies,
  });
  const inputs = [];
  const feed = (input) => inputs.push(input);
  const run = () => {
    for (let input = inputs.shift(); input !== undefined; input = inputs.shift()) {
      for (const output of machine.step(input, { ms: performance.now() })) {
        if (output.type === "begin") feed({ type: "step", step: protocol.begin() });
        if (output.type === "round-ready") {
          feed({ type: "step", step: protocol.advance(output.state, output.round, output.received) });
        }
        if (output.type === "persist") feed({ type: "persisted", id: output.id });
        if (output.type === "send") queue.push({ from: number, ...output });
        if (output.type === "failed") console.log(label, "failed:", output.detail);
        if (output.type === "complete") {
          const checked = verifyRecord(output.record, verifies);
          console.log(label, "has", protocol.restore(output.state), checked.ok ? "signed by all" : checked.detail);
        }
      }
    }
  };
  return { number, feed, run };
});

for (const { feed, run } of tables) {
  feed({ type: "start" });
  run();
}
for (let sent = queue.shift(); sent !== undefined; sent = queue.shift()) {
  const { from, to, round, bytes } = sent;
  for (const { number, feed, run } of tables) {
    if (number === from || (to !== 0 && to !== number)) continue;
    feed({ type: "message", from, round, bytes });
    run();
  }
}
