import type { Daemon } from "./daemon.ts";
import type { Method } from "./method.ts";
import { controlMethods } from "./methods/control.ts";
import { cosignMethods } from "./methods/cosign.ts";
import { Rpc } from "./rpc.ts";

/** All methods that this daemon has, ready to be served: those about itself, and `more`. */
export function createRpc(daemon: Daemon, more: readonly Method[] = []): Rpc {
  const methods = (): Rpc["methods"] => rpc.methods;
  const rpc: Rpc = new Rpc({
    methods: [
      ...controlMethods(daemon, { methods, active: () => rpc.active }),
      ...cosignMethods(daemon, methods),
      ...more,
    ],
    forms: () => daemon.forms(),
    now: () => daemon.now(),
    phase: () => daemon.phase(),
    failed: (method, error) => daemon.failed(method, error),
  });
  return rpc;
}
