import { systemClock, systemRandomBytes } from "@countersign/client";
import { CosignService, forgetfulStore } from "@countersign/cosign";
import { nodeBackend } from "@countersign/noise/node";
import { nodeKdf } from "../session/kdf.ts";
import { type Log, reasonOf } from "./log.ts";

/** The sessions of a daemon, at its relay, with the cryptography of Node. */
export function createSessions(relay: string, log: Log): CosignService {
  return new CosignService({
    relay,
    accessToken: undefined,
    store: forgetfulStore,
    kdf: nodeKdf,
    backend: nodeBackend,
    clock: systemClock,
    randomBytes: systemRandomBytes,
    failed: (error) => log.error({ reason: reasonOf(error) }, "a session failed"),
  });
}
