import { encodeHex } from "@countersign/wire";
import { KEY_LENGTH } from "./nacl.ts";

/** Ephemeral keys of the peer that are remembered: an exchange, a handshake and late packets may be of different ones. */
const MOST_KEYS = 4;

/** The ephemeral keys (KEY) under which a peer has spoken, each found by a body or a key that begins with it. */
export class PeerKeys {
  /** `agree` of our key and the KEY. */
  private readonly secrets = new Map<string, Uint8Array>();
  private readonly introduced = new Set<string>();
  /** That of the exchange: replays of the peer's past do not push it out. */
  private agreed: string | undefined;

  secretOf(body: Uint8Array): Uint8Array | undefined {
    return this.secrets.get(nameOf(body));
  }

  /** Keeps the secret of a KEY under which something authentic was opened: anybody can send one that is another's. */
  keep(body: Uint8Array, secret: Uint8Array): void {
    if (this.secrets.has(nameOf(body))) return;
    if (this.secrets.size >= MOST_KEYS) this.dropOldest();
    this.secrets.set(nameOf(body), secret);
  }

  /** Keys of an exchange are made with this KEY. */
  agree(key: Uint8Array): void {
    this.agreed = nameOf(key);
  }

  /** A `link` with the peer's own key has come under this KEY. */
  introduce(body: Uint8Array): void {
    this.introduced.delete(nameOf(body));
    this.introduced.add(nameOf(body));
    for (const old of [...this.introduced].slice(0, -MOST_KEYS)) this.introduced.delete(old);
  }

  isIntroduced(body: Uint8Array): boolean {
    return this.introduced.has(nameOf(body));
  }

  wipe(): void {
    for (const secret of this.secrets.values()) secret.fill(0);
    this.secrets.clear();
  }

  private dropOldest(): void {
    const [oldest] = [...this.secrets].filter(([name]) => name !== this.agreed);
    if (oldest === undefined) return;
    oldest[1].fill(0);
    this.secrets.delete(oldest[0]);
  }
}

function nameOf(body: Uint8Array): string {
  return encodeHex(body.subarray(0, KEY_LENGTH));
}
