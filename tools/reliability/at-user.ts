// Two endpoints that hand-shake with each other without end, each with its handshake times in files, until the process is
// killed: at-user.ts FOLDER CLOCK CLOCK, by how many seconds the clock of each is wrong. Says which `at` leaves, and whose.
import { randomBytes } from "node:crypto";
import { writeSync } from "node:fs";
import { AtFiles } from "@countersign/cli/at-files";
import { createEndpoint, decodeInnerMessage, decryptMessage3a, type EndpointInput } from "@countersign/handshake/e3x";
import { nodeBackend } from "@countersign/noise/node";
import { decodePacket, encodeHex } from "@countersign/wire";

const { dh } = nodeBackend;
const [folder = "", ...clocks] = process.argv.slice(2);

/** The same two with each life. */
const keyPairs = [1, 2].map((byte) => dh.keyPair(new Uint8Array(32).fill(byte)));
const files = await Promise.all(keyPairs.map(({ publicKey }) => AtFiles.open(folder, publicKey)));

const [alice, bob] = await Promise.all([start(0, 1), start(1, 0)]);
// Both, because a call may be below what the other one has used, and is not heard then.
alice.step({ type: "link", peer: { keys: { "3a": bob.key } }, path: "" });
bob.step({ type: "link", peer: { keys: { "3a": alice.key } }, path: "" });

/** An endpoint whose packets go to the other one, and whose times go to its files. */
async function start(own: 0 | 1, other: 0 | 1) {
  const [self, peer] = [keyPairs[own], keyPairs[other]];
  const store = files[own];
  if (self === undefined || peer === undefined || store === undefined) throw new Error("there are two endpoints");
  const hashname = createEndpoint({ keys: { "3a": peer }, dh, randomBytes }).hashname;
  const highest = new Map([[hashname, store.highest(peer.publicKey)]]);
  const endpoint = createEndpoint({ keys: { "3a": self }, dh, randomBytes, highest });
  let last = "";
  let isAnswered = false;
  let alarm: NodeJS.Timeout | undefined;

  const say = (bytes: Uint8Array) => {
    const packet = decodePacket(bytes);
    if (!packet.ok || packet.value.type !== "handshake") return;
    const opened = decryptMessage3a(dh, peer, packet.value.body);
    const message = opened.ok ? decodeInnerMessage(opened.value.unverifiedInner) : opened;
    if (!message.ok) throw new Error(message.code);
    // What is sent again is the very same.
    if (encodeHex(bytes) === last) return;
    last = encodeHex(bytes);
    // What has been said stays said: the line is out of this process before the packet is on its way.
    writeSync(1, `${own} ${message.value.at}\n`);
  };
  const step = (input: EndpointInput<string>) => {
    const now = { ms: performance.now(), unixSeconds: Date.now() / 1_000 + Number(clocks[own]) };
    for (const output of endpoint.step(input, now)) {
      if (output.type === "persist") {
        const { id, entry } = output;
        void store.raise(peer.publicKey, entry.at).then(() => step({ type: "persisted", id }));
      } else if (output.type === "wake") {
        clearTimeout(alarm);
        if (output.at !== undefined) alarm = setTimeout(() => step({ type: "time" }), output.at - now.ms + 1);
      } else if (output.type === "send") {
        say(output.bytes);
        setImmediate(() => (own === 0 ? bob : alice).step({ type: "packet", bytes: output.bytes, path: "" }));
      } else if (output.type === "offer") {
        isAnswered = output.role === "initiator";
        setImmediate(() => step({ type: "accept", id: output.id }));
      } else if ((output.type === "up" || output.type === "alive") && isAnswered) {
        // Whose call was answered is called next.
        setImmediate(() => (own === 0 ? bob : alice).step({ type: "keep-alive" }));
      }
    }
  };
  return { step, key: self.publicKey };
}
