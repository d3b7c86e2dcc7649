import { equalBytes } from "@countersign/wire";
import { routingToken } from "../routing-token.ts";
import type { ExchangeKeys } from "./cipher-set.ts";

/** The exchange whose keys are the ones to use, as the machine remembers it: by its name and its tokens. */
export class LiveExchange {
  readonly id: number;
  private readonly sendToken: Uint8Array;
  private readonly receiveToken: Uint8Array;

  constructor(id: number, { sendToken, receiveToken }: ExchangeKeys) {
    this.id = id;
    this.sendToken = sendToken;
    this.receiveToken = receiveToken;
  }

  /** Whether these keys are its own: both ends have the ephemeral keys that they had. */
  has({ sendToken, receiveToken }: ExchangeKeys): boolean {
    return equalBytes(sendToken, this.sendToken) && equalBytes(receiveToken, this.receiveToken);
  }

  /** Whether the peer's end of it has this EXCH, so that its token is the known one. */
  isOf(exch: Uint8Array): boolean {
    return equalBytes(routingToken(exch), this.sendToken);
  }
}
