import { type Clock, RelayConnection, type RelayError } from "@countersign/client";
import { decodeMpcMessage, encodeMpcMessage } from "@countersign/rpc";
import { decodeUtf8, encodeBase64url, utf8 } from "@countersign/wire";
import type { MemberHandlers } from "../../../../packages/client/src/member-handlers.ts";
import { Membership } from "../../../../packages/client/src/membership.ts";
import { takeSeat } from "../../../../packages/client/src/take-seat.ts";
import { EPOCH_MS } from "../turns.ts";
import { hearMessage } from "./machine.ts";
import type { Attendee } from "./minutes.ts";
import { type AttendeeOptions, hearsAllOut, type Say, speak, until } from "./room.ts";

/** A member with a token, with the client's own connection, outbox and receipts, who speaks so that machines understand. */
export class TokenMember implements Attendee {
  readonly isPatient = true;
  end: string | undefined;
  wasThere = false;
  private readonly options: AttendeeOptions;
  private readonly members = new Set<number>();
  private membership: Membership | undefined;
  private number = 0;
  private ended: string | undefined;

  constructor(options: AttendeeOptions) {
    this.options = options;
  }

  get name(): string {
    return this.options.client.name;
  }

  /** Comes, says what it has to say, hears the others out, and goes. */
  async attend(): Promise<void> {
    const { room, random, urls, net, client } = this.options;
    const isOver = () => this.ended !== undefined;
    if (!(await until(room, () => room.session !== undefined))) {
      this.end = "nobody has come";
      return;
    }
    const { randomBytes, clock } = { randomBytes: random.bytes, clock: this.clock() };
    const relay = new RelayConnection({ url: urls, transport: net.transport(client), clock, randomBytes });
    this.sit(relay, clock);
    const isComplete = await until(room, () => this.members.size === room.parties, isOver);
    if (isComplete) await speak(room, this, { random, say: this.say });
    const heardAll = isComplete && (await hearsAllOut(room, this, isOver));
    let hasLeft = false;
    void this.membership?.leave().then(() => {
      hasLeft = true;
    });
    // What it has said is kept when the relay has let it go.
    await until({ ...room, endMs: room.endMs + LEAVING_MS }, () => hasLeft, isOver);
    this.wasThere = heardAll;
    this.end = heardAll ? "complete" : (this.ended ?? "late");
    relay.close();
  }

  private sit(relay: RelayConnection, clock: Clock): void {
    const { room, random } = this.options;
    const { group = "", session = "", parties } = room;
    const token = encodeBase64url(random.bytes(32));
    const eid = encodeBase64url(random.bytes(32));
    const place = { group, session, kind: "keygen", parties, threshold: 2, eid, versions: "AQ", token } as const;
    takeSeat({
      relay,
      claim: { method: "Session.open", params: place },
      refused: (error) => {
        this.ended = (error as RelayError).code;
      },
      taken: (place) => {
        const { seat } = place;
        const membership = new Membership({
          ...place,
          clock,
          randomBytes: random.bytes,
          parties,
          token,
          past: undefined,
          keepAliveMs: undefined,
          save: () => Promise.resolve(),
        });
        this.number = seat.number;
        room.names.set(seat.number, this.name);
        for (const { number } of seat.members) this.members.add(number);
        this.membership = membership;
        membership.listen(this.handlers);
        return membership;
      },
    });
  }

  private readonly handlers: MemberHandlers = {
    joined: ({ number }) => this.members.add(number),
    joinedInTheClear: (number) => this.members.add(number),
    online: () => undefined,
    packets: (_from, packets) => {
      for (const packet of packets) this.hear(packet);
    },
    lost: () => undefined,
    back: () => undefined,
    ended: ({ how }) => {
      this.ended = how;
    },
  };

  private readonly say: Say = async (id, to) => {
    const { session: uuid = "" } = this.options.room;
    const message = { round: 1, sender: this.number, receiver: to === 0 ? null : to, uuid, body: JSON.stringify(id) };
    this.membership?.send([{ to, bytes: utf8(encodeMpcMessage(message)) }]);
  };

  private hear(packet: Uint8Array): void {
    const { room } = this.options;
    const text = decodeUtf8(packet);
    const message = text.ok ? decodeMpcMessage(text.value) : undefined;
    if (message === undefined) room.faults.push(`${this.name} got what is no message`);
    else hearMessage(room, this.name, { sender: message.sender, body: JSON.parse(message.body) });
  }

  private clock(): Clock {
    const { turns } = this.options.room;
    return {
      now: () => ({ ms: turns.ms, unixSeconds: Math.floor((EPOCH_MS + turns.ms) / 1_000) }),
      wakeAt: (ms, run) => turns.after(Math.ceil(ms) - turns.ms, run),
    };
  }
}

/** Ms that somebody waits at most until the relay has let it go. */
const LEAVING_MS = 120_000;
