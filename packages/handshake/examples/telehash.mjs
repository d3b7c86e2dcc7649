import {
  channelKeys3a,
  cloak,
  decryptMessage3a,
  encryptMessage3a,
  openChannelPacket3a,
  sealChannelPacket3a,
  uncloak,
  verifyMessage3a,
} from "@countersign/handshake/e3x";
import { portableBackend } from "@countersign/noise";
import { decodeLob, encodeLob, writeLobHead } from "@countersign/wire";

const { dh } = portableBackend;
const randomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));
const checked = (result) => {
  if (!result.ok) throw new Error(result.code);
  return result.value;
};
const [alice, bob] = ["alice", "bob"].map((name) => ({
  name,
  own: dh.generateKeyPair(),
  ephemeral: dh.generateKeyPair(),
}));

function link(from, to) {
  const key = encodeLob({ head: new Uint8Array(0), body: from.own.publicKey });
  const inner = encodeLob({ head: writeLobHead({ type: "link", at: 1409417261, csid: "3a" }), body: key });
  const ends = { sender: from.own, ephemeral: from.ephemeral, recipient: to.own.publicKey };
  return checked(encryptMessage3a(dh, { ...ends, nonce: randomBytes(24), inner }));
}

function keysFrom(body, me) {
  const opened = checked(decryptMessage3a(dh, me.own, body)); // anybody can have made this
  const attached = checked(decodeLob(opened.unverifiedInner)).body;
  const sender = checked(decodeLob(attached)).body;
  const message = checked(verifyMessage3a(dh, opened, { recipient: me.own, sender })); // only `sender` can have made it
  return checked(channelKeys3a(dh, me.ephemeral, message));
}

const atAlice = keysFrom(link(bob, alice), alice);
const atBob = keysFrom(link(alice, bob), bob);
const inner = encodeLob({ head: writeLobHead({ c: 1, type: "test" }), body: new TextEncoder().encode("hello") });
const body = sealChannelPacket3a({ keys: atAlice, nonce: randomBytes(24), inner });
const wire = cloak(encodeLob({ head: new Uint8Array(0), body }), { randomBytes, rounds: 2 });

const packet = checked(decodeLob(checked(uncloak(wire)).packet));
const heard = checked(decodeLob(checked(openChannelPacket3a(atBob, packet.body))));
console.log(`bob received ${new TextDecoder().decode(heard.body)}`);
