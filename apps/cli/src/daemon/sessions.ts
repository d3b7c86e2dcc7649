import { systemClock, systemRandomBytes } from "@countersign/client";
import { CosignService } from "@countersign/cosign";
import { nodeBackend } from "@countersign/noise/node";
import { nodeKdf } from "../session/kdf.ts";
import { type Log, reasonOf } from "./log.ts";
import { createSessionFiles } from "./session-files.ts";

export interface SessionsOptions {
  readonly relay: string;
  readonly datadir: string;
  readonly passphraseFile: string | undefined;
  readonly log: Log;
}

/** The sessions of a daemon, at its relay, with the cryptography of Node, kept in its datadir. */
export function createSessions({ relay, datadir, passphraseFile, log }: SessionsOptions): CosignService {
  return new CosignService({
    relay,
    accessToken: undefined,
    store: createSessionFiles({ datadir, passphraseFile, log }),
    kdf: nodeKdf,
    backend: nodeBackend,
    clock: systemClock,
    randomBytes: systemRandomBytes,
    failed: (error) => log.error({ reason: reasonOf(error) }, "a session failed"),
  });
}
