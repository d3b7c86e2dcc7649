import type { RelayOptions } from "../relay-options.ts";
import { readTokenHashes, type TokenHashes } from "./access-tokens.ts";
import { readTls, type TlsMaterial } from "./tls.ts";

/** What the relay shows and what clients have to show, from files that can be read again while it runs. */
export class Credentials {
  readonly #files: Pick<RelayOptions, "tls" | "accessTokens">;
  #tls: TlsMaterial | undefined;
  #tokens: TokenHashes | undefined;
  #changed: (material: TlsMaterial) => void = () => undefined;

  /** Reads the files. Throws `StartError`. */
  constructor(files: Pick<RelayOptions, "tls" | "accessTokens">) {
    this.#files = files;
    this.reload();
  }

  /** Undefined: the relay speaks without TLS. */
  get tls(): TlsMaterial | undefined {
    return this.#tls;
  }

  /** Undefined: nobody is asked for one. */
  get tokens(): TokenHashes | undefined {
    return this.#tokens;
  }

  /** Calls `changed` whenever the certificate was read again. */
  onTls(changed: (material: TlsMaterial) => void): void {
    this.#changed = changed;
  }

  /** Reads the files again. Throws `StartError`; then everything is as it was. */
  reload(): void {
    const { tls, accessTokens } = this.#files;
    const material = tls && readTls(tls);
    const tokens = accessTokens === undefined ? undefined : readTokenHashes(accessTokens);
    this.#tls = material;
    this.#tokens = tokens;
    if (material !== undefined) this.#changed(material);
  }
}
