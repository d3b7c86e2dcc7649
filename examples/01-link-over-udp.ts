// 01: an e3x exchange over UDP, cloaked: node examples/01-link-over-udp.ts [--help]
// By itself it starts both ends, and between them a network that loses, doubles and delays packets.
import { openLossyUdpLink } from "./src/lossy-udp-link.ts";
import { run } from "./src/program.ts";
import { openUdp } from "./src/udp-transport.ts";

/** Home routers forget who may send to whom after as little as half a minute without a packet. */
const KEEP_ALIVE = 25_000;

await run({
  protocol: "udp",
  open: openUdp,
  keepAlive: KEEP_ALIVE,
  async openNetwork(target, seed) {
    const link = await openLossyUdpLink(target, { loss: 0.2, doubled: 0.2, delay: 150, seed });
    const { path, toll } = link;
    const weather = "loses 20 % of the packets, doubles 20 %, and delays each by up to 150 ms";
    return {
      path,
      describe: () => `the network ${weather}: ${toll.lost} lost, ${toll.doubled} doubled, ${toll.carried} carried`,
      close: () => link.close(),
    };
  },
});
