// Alice and Bob in one process: node pair.mjs [ws://127.0.0.1:8765]
import * as countersign from "@countersign/client";

const connect = () => new countersign.RelayConnection({ url: process.argv[2] ?? "ws://127.0.0.1:8765" });

async function meet(label, relay, invitation, message) {
  const self = { label, identity: countersign.generateIdentity() };
  const session = await countersign.openSession({ relay, invitation, self, journal: new countersign.MemoryJournal() });
  for await (const event of session.events()) {
    if (event.type === "sas") {
      console.log(`${label} sees ${event.words} (${event.digits})`);
      session.confirm(true); // once two people have heard each other say the same words
    } else if (event.type === "ready" && message !== undefined) {
      session.send({ bytes: new TextEncoder().encode(message) });
      await session.delivered();
      await session.close();
    } else if (event.type === "message") {
      console.log(`${label} received: ${new TextDecoder().decode(event.bytes)}`);
    }
  }
  relay.close();
}

const [alice, bob] = [connect(), connect()];
const invitation = await countersign.createInvitation(alice, { kind: "exchange" });
const { code } = countersign.parseCode(invitation.spoken); // Alice says it, Bob types it: 7-revenge-guitarist-…
const claimed = await countersign.claimInvitation(bob, code);
await Promise.all([meet("alice", alice, invitation, "shall we sign this?"), meet("bob", bob, claimed)]);
