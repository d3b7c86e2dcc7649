import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { checkParameters } from "../doctor/check-parameters.ts";
import { checkProgram } from "../doctor/check-program.ts";
import { checkRelay } from "../doctor/check-relay.ts";
import { checkState } from "../doctor/check-state.ts";
import { ExitStatus } from "../exit-status.ts";
import { readAccessToken } from "./access-token.ts";
import { chosenRelay } from "./chosen-relay.ts";

export interface DoctorFlags {
  readonly relay?: string;
  readonly relayTokenFile?: string;
  readonly parties: number;
  readonly threshold: number;
  readonly json?: boolean;
}

/**
 * `countersign doctor`: all that can be known to go wrong, before there is a secret. Throws `CommandError` if something
 * does, with the status of a relay that cannot be reached if it is nothing else.
 */
export async function doctor(flags: DoctorFlags, { screen, places }: Context): Promise<void> {
  const url = chosenRelay(flags, process.env);
  const accessToken = await readAccessToken(flags, { relay: url, environment: process.env });
  const nodes = url.split(",").map((node) => checkRelay({ url: node, accessToken }));
  const [relays, state] = await Promise.all([Promise.all(nodes), checkState(places)]);
  const mostParties = relays.find((relay) => relay.mostParties !== undefined)?.mostParties;
  const { parties, threshold } = flags;
  const findings = [
    checkProgram(process.versions.node),
    ...relays.flatMap((relay) => relay.findings),
    ...state,
    checkParameters({ parties, threshold, mostParties }),
  ];
  for (const finding of findings) screen.show({ event: "check", ...finding });
  const wrong = findings.filter(({ ok }) => !ok);
  if (wrong.length === 0) return;
  const message = `Not ready: ${wrong.map(({ name }) => name).join(", ")}. What to do stands above.`;
  const exit = wrong.every(({ name }) => name === "relay") ? ExitStatus.relay : ExitStatus.error;
  throw new CommandError(exit, "doctor.not-ready", message);
}
