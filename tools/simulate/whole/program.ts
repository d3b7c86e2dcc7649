import {
  createPeerGroup,
  type Machine,
  type PeerGroupInput,
  type PeerGroupOutput,
  recordMember,
} from "@countersign/handshake";
import {
  type Ceremony,
  type CeremonyInput,
  type CeremonyOutput,
  createCeremony,
  type RoundProtocol,
  type Step,
} from "@countersign/session";
import { CloseReason, encodeHex } from "@countersign/wire";
import type { Message } from "../links.ts";
import type { Played } from "../process.ts";
import { Attended } from "./attended.ts";

import type { ProgramOptions, Ready } from "./program-options.ts";

type Input = { readonly group: PeerGroupInput } | { readonly ceremony: CeremonyInput };

/** Ms for which a party whose ceremony has failed still tells the others why. */
const LAST_WORDS_MS = 5_000;

/** A party's program: a session, a ceremony in it, a disk and a user, killed where the plan says so and started again. */
export class Program extends Attended implements Played {
  protected override readonly options: ProgramOptions;
  private group: Machine<PeerGroupInput, PeerGroupOutput> | undefined;
  private ceremony: Ceremony | undefined;
  private protocol: RoundProtocol<unknown> | undefined;
  private inputs: Input[] = [];
  private isRunning = false;

  constructor(options: ProgramOptions) {
    super(options);
    this.options = options;
  }

  /** Starts the program: anew, or from what is on disk. */
  start(): void {
    const { disk, options } = this;
    this.live();
    this.meet();
    this.inputs = [];
    this.gone.clear();
    this.ceremony = undefined;
    const isResumed = disk.isUsed;
    disk.isUsed = true;
    this.group = createPeerGroup({ ...options.group, ...(isResumed ? disk.past(options.group) : {}) });
    if (isResumed) this.feed({ group: { type: "resume" } });
    for (const { number, eid } of options.members) {
      const member = { number, eid, versions: Uint8Array.of(1) };
      this.later(1_000, () => {
        recordMember(disk.history, member);
        this.feed({ group: { type: "member", ...member } });
      });
    }
  }

  /** Something happens to the session. */
  take(input: PeerGroupInput): void {
    this.feed({ group: input });
  }

  protected get isReady(): boolean {
    return this.ceremony !== undefined;
  }

  protected answer(same: boolean): void {
    this.feed({ group: { type: "confirm", same } });
  }

  private feed(input: Input): void {
    if (!this.isUp) return;
    this.inputs.push(input);
    if (this.isRunning) return;
    this.isRunning = true;
    for (let next = this.inputs.shift(); next !== undefined && this.isUp; next = this.inputs.shift()) this.step(next);
    this.isRunning = false;
  }

  private step(input: Input): void {
    const { ms } = this.options.agenda;
    if ("group" in input) {
      if (this.dies(input.group.type)) return;
      const outputs = this.group?.step(input.group, { ms, unixSeconds: 1_800_000_000 + Math.floor(ms / 1_000) }) ?? [];
      for (const output of outputs) if (!this.dies(output.type)) this.actOfGroup(output);
    } else {
      if (this.ceremony === undefined || this.dies(input.ceremony.type)) return;
      for (const output of this.ceremony.step(input.ceremony, { ms }))
        if (!this.dies(output.type)) this.actOfCeremony(output);
    }
    if (this.isUp && this.ends.length === 0) this.lookForEnd();
  }

  private actOfGroup(output: PeerGroupOutput): void {
    const { agenda, transmit, group, user } = this.options;
    switch (output.type) {
      case "send":
        return transmit({ from: group.self.number, to: output.to, bytes: output.bytes });
      case "wake":
        if (output.at !== undefined)
          this.later(Math.max(0, output.at - agenda.ms), () => this.feed({ group: { type: "time" } }), true);
        return;
      case "persist":
      case "note":
        return this.write(() => {
          this.disk.write(output.entry);
          if (output.type === "persist") this.feed({ group: { type: "persisted", id: output.id } });
        });
      case "sas":
        user.show(output.words);
        this.isAsked = output.agreed !== true;
        return;
      case "peer-confirmed":
        this.confirmed.add(output.number);
        return;
      case "ready":
        return this.begin(output);
      case "message":
        return this.feed({ ceremony: { ...output, type: "message" } });
      case "closed":
        this.gone.add(output.number);
        return;
      case "failed":
        return this.fail(output);
    }
  }

  private begin(ready: Ready): void {
    const { checkpoint } = this.disk;
    this.transcripts.add(encodeHex(ready.transcript));
    this.ceremony = createCeremony(this.options.ceremony(ready));
    this.protocol = this.options.protocol();
    this.feed({ ceremony: checkpoint === undefined ? { type: "start" } : { type: "resume", checkpoint } });
  }

  private actOfCeremony(output: CeremonyOutput): void {
    const { agenda, group } = this.options;
    switch (output.type) {
      case "begin":
        return this.compute((protocol) => protocol.begin());
      case "round-ready":
        return this.compute((protocol) => protocol.advance(output.state, output.round, output.received));
      case "persist":
        return this.write(() => {
          this.disk.checkpoint = output.checkpoint;
          this.feed({ ceremony: { type: "persisted", id: output.id } });
        });
      case "wake":
        if (output.at !== undefined)
          this.later(Math.max(0, output.at - agenda.ms), () => this.feed({ ceremony: { type: "time" } }), true);
        return;
      case "send": {
        const tos = output.to === 0 ? this.options.members.map(({ number }) => number) : [output.to];
        for (const to of tos) this.say({ from: group.self.number, to, round: output.round, bytes: output.bytes });
        return;
      }
      case "complete":
        this.ends.push(output);
        return;
      case "over":
        return this.close(CloseReason.DONE);
      case "failed":
        this.fail(output);
        return this.later(LAST_WORDS_MS, () => this.close(CloseReason.ABORTED), true);
    }
  }

  /** Whether the ceremony waits for somebody who has left. */
  private lookForEnd(): void {
    const left = this.ceremony?.view().parties.find(({ number, waitedFor }) => waitedFor && this.gone.has(number));
    if (left === undefined) return;
    const [code, detail] = ["peer.left", `${left.label} has left`];
    this.fail({ code, culprits: [left.number], detail });
    this.feed({ ceremony: { type: "abort", reason: detail } });
  }

  private say(message: Message): void {
    for (const { to, round, bytes } of this.options.say(message)) {
      if (!this.gone.has(to)) this.feed({ group: { type: "send", to, round, bytes } });
    }
  }

  protected close(reason: CloseReason): void {
    this.feed({ group: { type: "close", reason } });
  }

  private compute(answer: (protocol: RoundProtocol<unknown>) => Step<unknown> | Promise<Step<unknown>>): void {
    const { protocol } = this;
    if (protocol === undefined) return;
    this.later(this.options.protocolMs, async () =>
      this.feed({ ceremony: { type: "step", step: await answer(protocol) } }),
    );
  }
}
