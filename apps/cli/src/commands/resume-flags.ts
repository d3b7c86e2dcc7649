import type { MeetingFlags } from "../options.ts";
import type { KeyFlags } from "./key-passphrase.ts";

/** What `resume` has on the command line. */
export type ResumeFlags = Pick<MeetingFlags, "relayTokenFile" | "wait" | "grace" | "json"> &
  KeyFlags & {
    /** Of a key that is being made: its label here, in place of the one that was said. */
    readonly label?: string;
    /** Of a key that is being made: the file with the record of somebody who has it. */
    readonly record?: string;
  };
