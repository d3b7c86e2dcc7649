import type { Defence } from "./defence.ts";

const attacks = "handshake/test/attacks/";

/** What channels and what is said in them rest on (spec 0004). */
export const channelDefences: readonly Defence[] = [
  {
    against: "replay of frames",
    file: "handshake/src/channel/receiver.ts",
    find: "if (n < this.next) return this.reopen(n, tag);",
    replace: "",
    tests: ["handshake/test/channel/receiver.test.ts", `${attacks}packets.test.ts`],
  },
  {
    against: "junk in the middle of a session: an AEAD failure is never fatal",
    file: "handshake/src/channel/receiver.ts",
    find: 'if (plaintext === undefined) return dropped("channel.unauthentic");',
    replace: 'if (plaintext === undefined) return { type: "malformed", code: "channel.unauthentic", detail: "" };',
    tests: [`${attacks}packets.test.ts`],
  },
  {
    against: "frames far ahead",
    file: "handshake/src/channel/receiver.ts",
    find: "if (wireN >= BigInt(Math.min(this.next + WINDOW, FRAMES)))",
    replace: "if (wireN >= BigInt(FRAMES))",
    tests: ["handshake/test/channel/receiver.test.ts"],
  },
  {
    against: "nonce reuse: every plaintext has an n of its own",
    file: "handshake/src/channel/sender.ts",
    find: "    this.next += 1;\n",
    replace: "    if (this.next % 7 !== 6) this.next += 1;\n",
    tests: ["handshake/test/channel/sender.test.ts", "handshake/test/channel/lossy.test.ts"],
  },
  {
    against: "one key for too much: rekey at the epoch's end",
    file: "handshake/src/channel/sender.ts",
    find: "if (epochOf(n) !== this.epochKey.epoch) this.rekey();",
    replace: "",
    tests: ["handshake/test/channel/rekey.test.ts"],
  },
  {
    against: "messages that arrive twice across a re-link",
    file: "handshake/src/channel/inbox.ts",
    find: "    const { m, content } = numbered.value;\n    if (m < this.expected) return nothing;\n",
    replace: "    const { m, content } = numbered.value;\n",
    tests: ["handshake/test/channel/relink.test.ts", `${attacks}hostile-relay.test.ts`],
  },
  {
    against: "truncation: an end without CLOSE is told from one with",
    file: "handshake/src/channel/arrivals.ts",
    find: 'if (channel.closeN !== undefined && channel.closeN < next) arrivals.push({ type: "close-acknowledged" });',
    replace: 'if (channel.closeN !== undefined) arrivals.push({ type: "close-acknowledged" });',
    tests: ["handshake/test/channel/close.test.ts"],
  },
  {
    against: "a message of another session, sender or receiver inside an authentic frame",
    file: "handshake/src/group/app-message.ts",
    find: "return fits ? decoded :",
    replace: "return fits || decoded.ok ? decoded :",
    tests: [`${attacks}downgrade.test.ts`],
  },
  {
    against: "messages before the SAS is confirmed",
    file: "handshake/src/group/to-peers.ts",
    find: 'if (state === "comparing") throw',
    replace: 'if (state === "closed") throw',
    tests: ["handshake/test/group/peer-group.test.ts"],
  },
  {
    against: "a token or a transaction that is told to whoever has learned the code",
    file: "handshake/src/group/to-peers.ts",
    find: "    this.expectReady();\n    checkFollowing(messages);",
    replace: "    checkFollowing(messages);",
    tests: ["handshake/test/group/following-messages.test.ts"],
  },
];
