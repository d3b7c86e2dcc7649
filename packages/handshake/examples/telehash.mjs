import { createEndpoint } from "@countersign/handshake/e3x";
import { portableBackend } from "@countersign/noise";

const { dh } = portableBackend;
const randomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));
const [alice, bob] = ["alice", "bob"].map((name) => {
  const keys = { "3a": dh.generateKeyPair() };
  return { name, keys, endpoint: createEndpoint({ keys, dh, randomBytes }) };
});

// A network, a disk and two applications in one loop. A path is whatever the network calls a place; here it is a name.
const inbox = [[alice, { type: "link", peer: { keys: { "3a": bob.keys["3a"].publicKey } }, path: "bob" }]];
for (const [self, input] of inbox) {
  const now = { ms: performance.now(), unixSeconds: Date.now() / 1000 };
  for (const output of self.endpoint.step(input, now)) {
    const { hashname, channel } = output;
    if (output.type === "send") {
      const peer = output.path === "bob" ? bob : alice;
      inbox.push([peer, { type: "packet", bytes: output.bytes, path: self.name }]);
    }
    if (output.type === "persist") inbox.push([self, { type: "persisted", id: output.id }]);
    if (output.type === "offer") inbox.push([self, { type: "accept", id: output.id }]); // after looking at its messages
    if (output.type === "up" && self === alice) {
      const content = { body: new TextEncoder().encode("hello"), end: true };
      inbox.push([self, { type: "open", hashname, channelType: "greeting", reliable: true, content }]);
    }
    if (output.type === "deliver") {
      if (self === bob) console.log(`bob received ${new TextDecoder().decode(output.body)}`);
      inbox.push([self, { type: "processed", hashname, channel }]);
      if (self === bob) inbox.push([self, { type: "send", hashname, channel, content: { end: true } }]);
    }
    if (output.type === "channel-closed") console.log(`${self.name}'s channel has ended`);
  }
}
