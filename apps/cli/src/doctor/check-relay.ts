import { RelayConnection } from "@countersign/client";
import { limits } from "../limits.ts";
import { bad, type Finding, good, reasonOf } from "./finding.ts";

const DIALECT = "countersign.v1";
/** Seconds by which two clocks may differ: answers of HTTP say the second only, and took a while. */
const CLOCK_SECONDS = 30;

export interface RelayToCheck {
  readonly url: string;
  readonly accessToken: string | undefined;
}

export interface RelayFindings {
  readonly findings: readonly Finding[];
  /** Parties that a session may have there. */
  readonly mostParties: number | undefined;
}

/** Whether the relay is there, speaks our dialect, and has the same time. */
export async function checkRelay({ url, accessToken }: RelayToCheck): Promise<RelayFindings> {
  const connectTimeoutMs = limits.relayConnect;
  const relay = new RelayConnection({ url, connectTimeoutMs, ...(accessToken === undefined ? {} : { accessToken }) });
  try {
    const connecting = performance.now();
    const info = await relay.call("Relay.info", {});
    const asking = performance.now();
    await relay.call("Relay.info", {});
    const answered = performance.now();
    const speed = `connected in ${ms(asking - connecting)}, answers in ${ms(answered - asking)}`;
    const speaks = info.dialects.includes(DIALECT);
    const program = `${info.name} ${info.version}, ${info.dialects.join(" and ")}`;
    return {
      findings: [
        good("relay", `${relay.url}, ${speed}`),
        speaks
          ? good("dialect", program)
          : bad("dialect", program, `It does not speak ${DIALECT}. Use a relay of this program, or a newer one.`),
        await checkClock(relay.url),
      ],
      mostParties: info.limits.parties,
    };
  } catch (fault) {
    const remedy = `Start one with "countersign-relay", name another with --relay, or ask its operator for a token.`;
    return { findings: [bad("relay", `${url}: ${reasonOf(fault)}`, remedy)], mostParties: undefined };
  } finally {
    relay.close();
  }
}

/** The relay's own clock, by the header that every answer of HTTP has. */
async function checkClock(relay: string): Promise<Finding> {
  try {
    const signal = AbortSignal.timeout(limits.relayConnect);
    const answer = await fetch(relay.replace(/^ws/, "http"), { method: "HEAD", redirect: "manual", signal });
    const theirs = Date.parse(answer.headers.get("date") ?? "");
    if (Number.isNaN(theirs)) return good("clock", "the relay does not say its time");
    // The header has whole seconds, cut off.
    const seconds = Math.round((Date.now() - theirs - 500) / 1000);
    const found =
      seconds === 0 ? "the relay's" : `${Math.abs(seconds)} s ${seconds > 0 ? "ahead of" : "behind"} the relay's`;
    if (Math.abs(seconds) <= CLOCK_SECONDS) return good("clock", found);
    return bad("clock", found, "Set the clock of the machine that is wrong, by NTP for instance.");
  } catch (fault) {
    return good("clock", `the relay does not say its time (${reasonOf(fault)})`);
  }
}

function ms(time: number): string {
  return `${Math.max(1, Math.round(time))} ms`;
}
