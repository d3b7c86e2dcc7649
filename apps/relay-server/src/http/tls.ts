import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { messageOf, StartError } from "../failure.ts";
import type { TlsFiles } from "../relay-options.ts";

/** A certificate with its chain, and its key, as they were in their files. */
export interface TlsMaterial {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** Reads a certificate and its key, and checks that they belong together. Throws `StartError`. */
export function readTls(files: TlsFiles): TlsMaterial {
  try {
    const material = { cert: readFileSync(files.cert), key: readFileSync(files.key) };
    createSecureContext(material);
    return material;
  } catch (error) {
    throw new StartError(`cannot use the TLS certificate ${files.cert} with its key: ${messageOf(error)}`);
  }
}
