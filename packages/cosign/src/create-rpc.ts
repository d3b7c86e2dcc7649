import type { Daemon } from "./daemon.ts";
import { controlMethods } from "./methods/control.ts";
import { cosignMethods } from "./methods/cosign.ts";
import { Rpc } from "./rpc.ts";

/** All methods that this daemon has, ready to be served. */
export function createRpc(daemon: Daemon): Rpc {
  const methods = (): Rpc["methods"] => rpc.methods;
  const rpc: Rpc = new Rpc({
    methods: [...controlMethods(daemon, { methods, active: () => rpc.active }), ...cosignMethods(daemon, methods)],
    forms: () => daemon.forms(),
    now: () => daemon.now(),
    phase: () => daemon.phase(),
    failed: (method, error) => daemon.failed(method, error),
  });
  return rpc;
}
