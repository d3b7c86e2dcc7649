import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { Uint8ArrayList } from "uint8arraylist";
import { WebSocket } from "ws";
import { type Libp2pCipherState, libp2pCrypto, libp2pProtocol } from "../subjects/libp2p.ts";

const empty = new Uint8Array(0);
const session = randomUUID();

/** What a byte in front of a message says it is. */
const Kind = { A: 1, B: 2, C: 3, round: 4 } as const;

type Bytes = Uint8Array | Uint8ArrayList;
type Protocol = Awaited<ReturnType<typeof libp2pProtocol>>;
type Handshake = InstanceType<Protocol["XXHandshakeState"]>;

/** Parties that shake hands with libp2p-noise, each with each, and then say something to all in two rounds. */
export async function libp2pParties(port: number, count: number) {
  const { XXHandshakeState } = await libp2pProtocol();
  const crypto = await libp2pCrypto();
  const init = { crypto, protocolName: "Noise_XX_25519_ChaChaPoly_SHA256", prologue: empty };
  const parties = Array.from({ length: count }, (_, at) => {
    return new Libp2pParty(port, at + 1, count, (initiator, s) => new XXHandshakeState({ ...init, initiator, s }), {
      s: crypto.generateKeypair(),
    });
  });
  await Promise.all(parties.map((party) => party.connected));
  return {
    /** From the first packet to the last message of the second round. */
    run: async (body: Uint8Array) => {
      await Promise.all(parties.map((party) => party.run(body)));
    },
    close: () => {
      for (const party of parties) party.close();
    },
  };
}

interface Link {
  readonly handshake: Handshake;
  send?: Libp2pCipherState;
  receive?: Libp2pCipherState;
}

class Libp2pParty {
  readonly connected: Promise<unknown>;
  readonly #number: number;
  readonly #count: number;
  readonly #socket: WebSocket;
  readonly #make: (initiator: boolean) => Handshake;
  #links = new Map<number, Link>();
  #received = [0, 0, 0];
  #round = 0;
  #up = 0;
  #body: Uint8Array = empty;
  #done: () => void = () => {};

  constructor(
    port: number,
    number: number,
    count: number,
    make: (initiator: boolean, s: object) => Handshake,
    { s }: { readonly s: object },
  ) {
    this.#number = number;
    this.#count = count;
    this.#make = (initiator) => make(initiator, s);
    this.#socket = new WebSocket(`ws://127.0.0.1:${port}/${number}`, { perMessageDeflate: false });
    this.connected = once(this.#socket, "open");
    this.#socket.on("message", (data) => {
      const { params } = JSON.parse(data.toString()) as { params: { from: number; bodies: readonly string[] } };
      for (const body of params.bodies) this.#take(params.from, new Uint8Array(Buffer.from(body, "base64url")));
    });
  }

  /** Begins with all of a lower number; resolves when the second round is over. */
  run(body: Uint8Array): Promise<void> {
    this.#body = body;
    for (let peer = 1; peer < this.#number; peer++) {
      const link: Link = { handshake: this.#make(true) };
      this.#links.set(peer, link);
      this.#send(peer, Kind.A, link.handshake.writeMessageA(empty));
    }
    return new Promise((resolve) => {
      this.#done = resolve;
    });
  }

  close(): void {
    this.#socket.close();
  }

  #take(from: number, message: Uint8Array): void {
    const content = message.subarray(2);
    // What its own framing hands to a handshake.
    const list = new Uint8ArrayList(content);
    switch (message[0]) {
      case Kind.A: {
        const link: Link = { handshake: this.#make(false) };
        this.#links.set(from, link);
        link.handshake.readMessageA(list);
        return this.#send(from, Kind.B, link.handshake.writeMessageB(empty));
      }
      case Kind.B: {
        const link = this.#link(from);
        link.handshake.readMessageB(list);
        this.#send(from, Kind.C, link.handshake.writeMessageC(empty));
        return this.#isUp(link, true);
      }
      case Kind.C: {
        const link = this.#link(from);
        link.handshake.readMessageC(list);
        return this.#isUp(link, false);
      }
      default: {
        const opened = this.#link(from).receive?.decryptWithAd(empty, content);
        if (opened === undefined) throw new Error("a message that does not open");
        const round = message[1] ?? 0;
        this.#received[round] = (this.#received[round] ?? 0) + 1;
        return this.#goOn();
      }
    }
  }

  #isUp(link: Link, initiator: boolean): void {
    const [first, second] = link.handshake.ss.split() as [Libp2pCipherState, Libp2pCipherState];
    link.send = initiator ? first : second;
    link.receive = initiator ? second : first;
    this.#up += 1;
    this.#goOn();
  }

  #goOn(): void {
    const all = this.#count - 1;
    if (this.#round === 0 && this.#up === all) this.#say();
    if (this.#round === 1 && this.#received[1] === all) this.#say();
    if (this.#round === 2 && this.#received[2] === all) this.#done();
  }

  #say(): void {
    this.#round += 1;
    for (const [peer, { send }] of this.#links) {
      if (send !== undefined) this.#send(peer, Kind.round, send.encryptWithAd(empty, this.#body));
    }
  }

  #send(to: number, kind: number, message: unknown): void {
    const bytes = (message as Bytes).subarray();
    const body = Buffer.concat([Uint8Array.of(kind, this.#round), bytes]).toString("base64url");
    const params = { session, envelopes: [{ to, body }] };
    this.#socket.send(JSON.stringify({ jsonrpc: "2.0", method: "Session.message", params }));
  }

  #link(peer: number): Link {
    const link = this.#links.get(peer);
    if (link === undefined) throw new Error("a message of nobody");
    return link;
  }
}
