import type { Instant, Machine } from "../machine.ts";
import type { PeerGroupOptions } from "../peer-group-types.ts";
import { createGroupSas } from "../sas/group-sas.ts";
import type { SasInput, SasOutput } from "../sas/group-sas-types.ts";
import type { Roster } from "./roster.ts";

/** The group SAS inside a session: nothing before all pairs are up, then its machine. */
export class SasStage {
  private readonly options: PeerGroupOptions;
  private machine: Machine<SasInput, SasOutput> | undefined;
  wakeAt: number | undefined;
  /** Whether one's own nonce is revealed and the string is not known: an end now is a SAS failure, whatever brings it. */
  atStake = false;

  constructor(options: PeerGroupOptions) {
    this.options = options;
  }

  get begun(): boolean {
    return this.machine !== undefined;
  }

  /** Makes the machine out of the roster and gives it what came too early. */
  begin(roster: Roster, now: Instant): readonly SasOutput[] {
    const { parameters, self, trust, randomBytes, history } = this.options;
    this.machine = createGroupSas({
      parameters,
      self: self.number,
      parties: roster.sasParties(),
      verified: trust.type === "pins",
      randomBytes,
      ...(history?.nonce === undefined ? {} : { nonce: history.nonce }),
      ...(history?.opened === undefined ? {} : { opened: history.opened, agreed: history.agreed }),
    });
    const early = roster.peers.flatMap(({ earlySas }) => earlySas.splice(0));
    return [this.step({ type: "start" }, now), ...early.map((message) => this.step(message, now))].flat();
  }

  step(input: SasInput, now: Instant): readonly SasOutput[] {
    const outputs = this.machine?.step(input, now) ?? [];
    for (const output of outputs) {
      if (output.type === "wake") this.wakeAt = output.at;
      else if (output.type === "persist-revealed") this.atStake = this.options.trust.type !== "pins";
      else if (output.type === "sas" || output.type === "failed") this.atStake = false;
    }
    return outputs;
  }
}
