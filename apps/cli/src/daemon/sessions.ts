import { systemClock, systemRandomBytes } from "@countersign/client";
import { CosignService, errorCodes, MethodError, RelayPool } from "@countersign/cosign";
import { nodeBackend } from "@countersign/noise/node";
import { nodeBackend as spake2Backend } from "@countersign/spake2/node";
import { nodeKdf } from "../session/kdf.ts";
import { CoinKeyError, type CoinKeyFile, readCoinKeyFile } from "./coin-keys.ts";
import { createContactFiles } from "./contact-files.ts";
import { type Log, reasonOf } from "./log.ts";
import type { DaemonPassphrase } from "./passphrase.ts";
import { createSessionFiles } from "./session-files.ts";

export interface SessionsOptions {
  /** None: sessions are carried by hand. */
  readonly relay: string | undefined;
  readonly datadir: string;
  /** Secret. */
  readonly accessToken: string | undefined;
  readonly passphrase: DaemonPassphrase;
  readonly coinKeyFile: string | undefined;
  readonly log: Log;
}

/** The sessions of a daemon, at its relay, with the cryptography of Node, kept in its datadir. */
export function createSessions({ relay, accessToken, coinKeyFile: path, ...files }: SessionsOptions): CosignService {
  const { passphrase } = files;
  return new CosignService({
    relay,
    accessToken,
    relays: new RelayPool(),
    store: createSessionFiles(files),
    contacts: createContactFiles(files),
    coinKeys: path === undefined ? undefined : () => coinKeys({ path, passphrase }),
    kdf: nodeKdf,
    backend: nodeBackend,
    spake2Backend,
    clock: systemClock,
    randomBytes: systemRandomBytes,
    failed: (error) => files.log.error({ reason: reasonOf(error) }, "a session failed"),
  });
}

async function coinKeys(file: CoinKeyFile): Promise<readonly Uint8Array[]> {
  try {
    return await readCoinKeyFile(file);
  } catch (error) {
    if (!(error instanceof CoinKeyError)) throw error;
    throw new MethodError(errorCodes.misc, `COSIGN_ADAPTOR_KEYS: ${error.message}`);
  }
}
