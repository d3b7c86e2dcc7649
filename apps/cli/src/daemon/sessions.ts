import { systemClock, systemRandomBytes } from "@countersign/client";
import { CosignService } from "@countersign/cosign";
import { nodeBackend } from "@countersign/noise/node";
import { nodeKdf } from "../session/kdf.ts";
import { type Log, reasonOf } from "./log.ts";
import { createSessionFiles } from "./session-files.ts";

export interface SessionsOptions {
  readonly relay: string;
  readonly datadir: string;
  /** Secret. */
  readonly accessToken: string | undefined;
  readonly passphraseFile: string | undefined;
  readonly log: Log;
}

/** The sessions of a daemon, at its relay, with the cryptography of Node, kept in its datadir. */
export function createSessions({ relay, accessToken, ...files }: SessionsOptions): CosignService {
  return new CosignService({
    relay,
    accessToken,
    store: createSessionFiles(files),
    coinKeys: undefined,
    kdf: nodeKdf,
    backend: nodeBackend,
    clock: systemClock,
    randomBytes: systemRandomBytes,
    failed: (error) => files.log.error({ reason: reasonOf(error) }, "a session failed"),
  });
}
