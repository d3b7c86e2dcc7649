import { once } from "node:events";
import { connect } from "node:net";
import { freePort, isInstalled, startServer } from "../relay/server.ts";
import { ENTRY, type Subject } from "./subject.ts";

/** A stream of Redis that syncs before it answers, with so many entries under way on one connection. */
export function redisStreams(name: string, appenders: number): Subject {
  return {
    name,
    ...(isInstalled("redis-server") ? {} : { missing: "redis-server is not installed" }),
    async open(directory) {
      const port = await freePort();
      const settings = ["--save", "", "--appendonly", "yes", "--appendfsync", "always", "--dir", directory];
      const server = await startServer(
        ["redis-server", "--bind", "127.0.0.1", "--port", `${port}`, ...settings],
        /(Ready) to accept/,
      );
      const socket = connect(port, "127.0.0.1").setNoDelay();
      await once(socket, "connect");
      const append = (until: number) =>
        new Promise<number>((resolve) => {
          let [count, lines, underWay] = [0, 0, appenders];
          const hear = (chunk: Buffer) => {
            for (const byte of chunk) if (byte === LINE_FEED) lines++;
            const answers = lines >> 1;
            lines -= 2 * answers;
            count += answers;
            underWay -= answers;
            if (performance.now() < until) {
              underWay += answers;
              socket.write(COMMAND.repeat(answers));
            } else if (underWay === 0) {
              socket.off("data", hear);
              resolve(count);
            }
          };
          socket.on("data", hear);
          socket.write(COMMAND.repeat(appenders));
        });
      return {
        append,
        async close() {
          socket.destroy();
          await server.stop();
        },
      };
    },
  };
}

const LINE_FEED = 10;
/** The answer to it is two lines. */
const COMMAND = ["XADD", "entries", "*", "e", ENTRY].reduce(
  (text, word) => `${text}$${word.length}\r\n${word}\r\n`,
  "*5\r\n",
);
