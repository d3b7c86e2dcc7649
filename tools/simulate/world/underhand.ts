import type { openSession } from "@countersign/client";
import { createPeerGroup } from "@countersign/handshake";
import { startSession } from "../../../packages/client/src/start-session.ts";
import type { Underhand } from "../whole/malice.ts";

/** Opens a session for somebody who does not behave below its ceremony. */
export function underhandOpen({ identity, packets }: Underhand, self: () => number): typeof openSession {
  return (options) =>
    startSession((given) => {
      const own = identity === undefined ? given.self : { ...given.self, identity: identity(given.self.identity) };
      const machine = createPeerGroup({ ...given, self: own });
      return {
        ...machine,
        step: (input, now) =>
          machine.step(input, now).flatMap((output) => {
            if (output.type !== "send" || packets === undefined) return [output];
            return packets({ from: self(), to: output.to, bytes: output.bytes }).map(({ to, bytes }) => ({
              ...output,
              to,
              bytes,
            }));
          }),
      };
    }, options);
}
