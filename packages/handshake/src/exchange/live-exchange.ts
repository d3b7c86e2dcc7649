import { equalBytes } from "@countersign/wire";
import { routingToken } from "../routing-token.ts";
import type { CipherSet, ExchangeKeys, Incoming } from "./cipher-set.ts";

interface Live {
  readonly id: number;
  readonly sendToken: Uint8Array;
  readonly receiveToken: Uint8Array;
}

/** The exchange whose keys are the ones to use, as the machine remembers it: by its name and its tokens. */
export class LiveExchange {
  private readonly cipherSet: Pick<CipherSet<unknown, Incoming>, "lasting" | "renew">;
  private live: Live | undefined;

  constructor(cipherSet: Pick<CipherSet<unknown, Incoming>, "lasting" | "renew">) {
    this.cipherSet = cipherSet;
  }

  /** Whether an exchange lasts over handshakes. */
  get lasting(): boolean {
    return this.cipherSet.lasting;
  }

  /** The name of the exchange with these keys, which is the live one if both ends have the ephemeral keys of before. */
  named({ sendToken, receiveToken }: ExchangeKeys): number | undefined {
    const { live } = this;
    const same = live && equalBytes(sendToken, live.sendToken) && equalBytes(receiveToken, live.receiveToken);
    return same ? live.id : undefined;
  }

  /** The name of the exchange that this EXCH of the peer ends, since its token is a new one; none if it lasts. */
  endedBy(exch: Uint8Array): number | undefined {
    const { live, lasting } = this;
    return lasting && live && !equalBytes(routingToken(exch), live.sendToken) ? live.id : undefined;
  }

  confirm(id: number, { sendToken, receiveToken }: ExchangeKeys): void {
    if (this.live?.id !== id) this.live = { id, sendToken, receiveToken };
  }

  /** Forgets it. `renew`: the next one has another ephemeral key at this end. */
  end({ renew }: { readonly renew: boolean }): number | undefined {
    const id = this.live?.id;
    this.live = undefined;
    if (renew) this.cipherSet.renew();
    return id;
  }
}
