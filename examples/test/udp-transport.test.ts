import { createSocket } from "node:dgram";
import { once } from "node:events";
import { uncloak } from "@countersign/handshake/e3x";
import { encodeLob, utf8 } from "@countersign/wire";
import { expect, it, onTestFinished } from "vitest";
import { openLossyUdpLink } from "../src/lossy-udp-link.ts";
import { type Route, routeTo } from "../src/transport.ts";
import { openUdp } from "../src/udp-transport.ts";
import { Mailbox } from "./mailbox.ts";

const packet = (text: string) => encodeLob({ head: new Uint8Array(0), body: utf8(text) });

/** A transport, what came to it, and what it threw away. */
async function open() {
  const packets = new Mailbox<{ readonly text: string; readonly route: Route }>();
  const drops = new Mailbox<string>();
  const transport = await openUdp({
    onPacket: (bytes, route) => packets.put({ text: Buffer.from(bytes.subarray(2)).toString(), route }),
    onDrop: drops.put,
  });
  onTestFinished(() => transport.close());
  return { transport, packets, drops };
}

/** A bare socket, as somebody has it who has written everything anew. */
async function bare() {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  onTestFinished(() => void socket.close());
  return socket;
}

it("carries packets under a cloak, and back to where they came from", async () => {
  const [alice, bob] = [await open(), await open()];
  alice.transport.send(packet("to bob"), routeTo(bob.transport.path));
  const { text, route } = await bob.packets.next();
  expect(text).toBe("to bob");
  expect(route).toEqual({ ...alice.transport.path, cloaked: true, dial: true });
  bob.transport.send(packet("to alice"), route);
  expect((await alice.packets.next()).text).toBe("to alice");
});

it("shows nobody that it is telehash, unless somebody begins without a cloak", async () => {
  const [{ transport, packets }, peer] = [await open(), await bare()];
  const { port } = peer.address();
  transport.send(packet("covered"), routeTo({ type: "udp4", ip: "127.0.0.1", port }));
  const [covered] = await once(peer, "message");
  expect(covered[0]).not.toBe(0);
  expect(uncloak(covered)).toEqual({ ok: true, value: { packet: packet("covered"), rounds: 1 } });

  peer.send(packet("open"), transport.path.port, transport.path.ip);
  const { text, route } = await packets.next();
  expect([text, route.cloaked]).toEqual(["open", false]);
  transport.send(packet("as open"), route);
  expect(new Uint8Array((await once(peer, "message"))[0])).toEqual(packet("as open"));
});

it("drops what is no packet, and goes on", async () => {
  const [{ transport, packets, drops }, peer] = [await open(), await bare()];
  for (const bytes of [new Uint8Array(0), Uint8Array.of(1), new Uint8Array(8).fill(7)]) {
    peer.send(bytes, transport.path.port, transport.path.ip);
    expect(await drops.next()).toBe("udp.wire.truncated");
  }
  peer.send(packet("after"), transport.path.port, transport.path.ip);
  expect((await packets.next()).text).toBe("after");
});

it("meets weather on a lossy link: the same with each run of a seed", async () => {
  const run = async () => {
    const [alice, bob] = [await open(), await open()];
    const link = await openLossyUdpLink(bob.transport.path, { loss: 0.3, doubled: 0.3, delay: 0, seed: 7 });
    onTestFinished(() => link.close());
    const heard: string[] = [];
    for (let i = 0; heard.length < 40; i++) {
      const before = { ...link.toll };
      alice.transport.send(packet(`${i}`), routeTo(link.path));
      // One after the other, so that the n-th draw is for the n-th packet.
      while (link.toll.carried + link.toll.lost === before.carried + before.lost) await new Promise(setImmediate);
      const copies = link.toll.carried - before.carried + link.toll.doubled - before.doubled;
      for (let copy = 0; copy < copies; copy++) heard.push((await bob.packets.next()).text);
    }
    expect(link.toll.lost).toBeGreaterThan(0);
    expect(link.toll.doubled).toBeGreaterThan(0);
    return heard;
  };
  expect(await run()).toEqual(await run());
});
