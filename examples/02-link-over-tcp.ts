// 02: the same exchange over TCP, cloaked and in chunks: node examples/02-link-over-tcp.ts [--help]
// By itself it starts both ends, and between them a network that cuts streams into pieces, and once the connection.
import { run } from "./src/program.ts";
import { openRoughTcpLink } from "./src/rough-tcp-link.ts";
import { openTcp } from "./src/tcp-transport.ts";

await run({
  protocol: "tcp",
  open: openTcp,
  async openNetwork(target, seed) {
    const link = await openRoughTcpLink(target, { pieces: 40, delay: 10, seed });
    let cuts = 0;
    return {
      path: link.path,
      describe: () => `the network carries 1 to 40 bytes at a time: ${link.carried} pieces, ${cuts} connections cut`,
      disturb: () => {
        cuts++;
        link.cut();
      },
      close: () => link.close(),
    };
  },
});
