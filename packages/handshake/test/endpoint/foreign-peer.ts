import { createHash, randomBytes } from "node:crypto";
import nacl from "tweetnacl";

const sha256 = (...parts: Uint8Array[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();

/** Poly1305 by itself, which tweetnacl has, and its types have not. */
const { lowlevel } = nacl as unknown as {
  readonly lowlevel: {
    crypto_onetimeauth(out: Uint8Array, at: number, m: Uint8Array, from: number, n: number, k: Uint8Array): void;
  };
};

/** LOB: a length, a head, a body. */
export function lob(head: Uint8Array | string, body: Uint8Array = new Uint8Array(0)): Uint8Array {
  const bytes = Buffer.from(head);
  return new Uint8Array(Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes, body]));
}

function unlob(bytes: Uint8Array): { readonly head: Buffer; readonly body: Buffer } {
  const buffer = Buffer.from(bytes);
  const length = buffer.readUInt16BE(0);
  return { head: buffer.subarray(2, 2 + length), body: buffer.subarray(2 + length) };
}

/** What came out of a packet. */
export interface Heard {
  readonly kind: "handshake" | "channel";
  readonly json: Record<string, unknown>;
  readonly text: string;
  readonly body: Uint8Array;
}

/**
 * An endpoint of telehash that shares no line with the one under test: written from the documents, on tweetnacl and
 * node:crypto. It does what it is told and checks what it hears.
 */
export class ForeignPeer {
  readonly key: Uint8Array;
  private readonly secret: Uint8Array;
  private readonly other: Uint8Array;
  private ephemeral = nacl.box.keyPair();
  private theirs: Uint8Array | undefined;
  /** Of both ephemeral keys, kept because it takes this library milliseconds. */
  private agreed: Uint8Array | undefined;

  /** `other`: the key of the endpoint that it talks to. */
  constructor(other: Uint8Array, secret: Uint8Array = randomBytes(32)) {
    const pair = nacl.box.keyPair.fromSecretKey(new Uint8Array(secret));
    this.key = pair.publicKey;
    this.secret = pair.secretKey;
    this.other = other;
  }

  /** ODD is whose key is the higher one. */
  get odd(): boolean {
    return Buffer.compare(this.key, this.other) > 0;
  }

  /** Begins another exchange. */
  restart(): void {
    this.ephemeral = nacl.box.keyPair();
    this.theirs = undefined;
    this.agreed = undefined;
  }

  /** A handshake with this JSON, which says what it wants. */
  handshake(json: string, body: Uint8Array = lob("", this.key), as: Uint8Array = this.secret): Uint8Array {
    const nonce = randomBytes(24);
    const box = nacl.secretbox(lob(json, body), nonce, nacl.box.before(this.other, this.ephemeral.secretKey));
    const signed = Buffer.concat([this.ephemeral.publicKey, nonce, box]);
    const auth = new Uint8Array(16);
    const key = sha256(nonce, nacl.box.before(this.other, as));
    lowlevel.crypto_onetimeauth(auth, 0, new Uint8Array(signed), 0, signed.length, new Uint8Array(key));
    return lob(Uint8Array.of(0x3a), Buffer.concat([signed, auth]));
  }

  /** A channel packet with this JSON. */
  channel(json: string, text = "", nonce: Uint8Array = randomBytes(24)): Uint8Array {
    const theirs = this.theirs ?? new Uint8Array(32);
    const token = sha256(theirs.subarray(0, 16)).subarray(0, 16);
    const box = nacl.secretbox(lob(json, Buffer.from(text)), nonce, this.channelKey(this.ephemeral.publicKey, theirs));
    return lob("", Buffer.concat([token, nonce, box]));
  }

  /** Opens what the other end has sent; undefined for what it cannot have sent. */
  hear(packet: Uint8Array): Heard | undefined {
    const { head, body } = unlob(packet);
    const inner = head.length === 1 ? this.openHandshake(body) : this.openChannel(body);
    if (inner === undefined) return undefined;
    const { head: json, body: rest } = unlob(inner);
    const kind = head.length === 1 ? "handshake" : "channel";
    return { kind, json: JSON.parse(json.toString()), text: rest.toString(), body: new Uint8Array(rest) };
  }

  private openHandshake(body: Buffer): Uint8Array | undefined {
    const [key, nonce, box] = [body.subarray(0, 32), body.subarray(32, 56), body.subarray(56, -16)].map(
      (part) => new Uint8Array(part),
    ) as [Uint8Array, Uint8Array, Uint8Array];
    const auth = new Uint8Array(16);
    const signed = new Uint8Array(body.subarray(0, -16));
    const authKey = new Uint8Array(sha256(nonce, nacl.box.before(this.other, this.secret)));
    lowlevel.crypto_onetimeauth(auth, 0, signed, 0, signed.length, authKey);
    if (Buffer.compare(auth, body.subarray(-16)) !== 0) return undefined;
    const inner = nacl.secretbox.open(box, nonce, nacl.box.before(key, this.secret)) ?? undefined;
    if (inner === undefined) return undefined;
    this.theirs = key;
    this.agreed = nacl.box.before(key, this.ephemeral.secretKey);
    return inner;
  }

  private openChannel(body: Buffer): Uint8Array | undefined {
    const token = sha256(this.ephemeral.publicKey.subarray(0, 16)).subarray(0, 16);
    if (this.theirs === undefined || Buffer.compare(token, body.subarray(0, 16)) !== 0) return undefined;
    const key = this.channelKey(this.theirs, this.ephemeral.publicKey);
    return (
      nacl.secretbox.open(new Uint8Array(body.subarray(40)), new Uint8Array(body.subarray(16, 40)), key) ?? undefined
    );
  }

  private channelKey(sent: Uint8Array, received: Uint8Array): Uint8Array {
    return new Uint8Array(sha256(this.agreed ?? new Uint8Array(32), sent, received));
  }
}
