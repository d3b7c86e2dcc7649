import type { Method } from "../../method.ts";
import type { CosignService } from "../../session/cosign-service.ts";
import { adaptorExtract, adaptorRoundtrip } from "./adaptor.ts";
import { attest } from "./attest.ts";
import { handshake } from "./by-hand.ts";
import { confirmSas, handshakeAuto } from "./handshake.ts";
import { recv, resume, send } from "./messages.ts";
import { init, join } from "./opening.ts";
import { close, metrics, status } from "./state.ts";

/** The methods of the family that are about sessions. */
export function sessionMethods(service: CosignService): readonly Method[] {
  return [
    init,
    join,
    handshakeAuto,
    handshake,
    confirmSas,
    send,
    recv,
    status,
    resume,
    close,
    attest,
    metrics,
    adaptorRoundtrip,
    adaptorExtract,
  ].map((make) => make(service));
}
