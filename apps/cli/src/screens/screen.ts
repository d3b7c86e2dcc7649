import type { ExitStatus } from "../exit-status.ts";
import type { CeremonyEvent } from "./ceremony-events.ts";
import type { ShownParty } from "./shown-party.ts";

/** All that a command has to say while it runs. With `--json` these objects are the output, one on a line. */
export type ScreenEvent =
  | CeremonyEvent
  | {
      readonly event: "code";
      readonly code: string;
      readonly link: string;
      /** What the other side types. */
      readonly command: string;
      readonly life_seconds: number;
      /** How many may come by it. */
      readonly joiners: number;
    }
  | { readonly event: "waiting"; readonly relay: string; readonly for: string }
  | { readonly event: "peer-joined"; readonly number: number }
  | {
      readonly event: "sas";
      readonly words: string;
      readonly digits: string;
      readonly parties: readonly ShownParty[];
      readonly threshold: number;
      /** Everybody is pinned: there is nothing to compare. */
      readonly verified: boolean;
    }
  | {
      readonly event: "question";
      readonly about: QuestionAbout;
      readonly text: string;
      /** Of what is to be signed: `yes DIGEST` is an answer to no other question. */
      readonly digest?: string;
    }
  | { readonly event: "peer-confirmed"; readonly label: string }
  /** Everybody confirmed, or everybody is pinned: what is sent from now on is between these parties. */
  | { readonly event: "confirmed"; readonly peer: string; readonly verified: boolean }
  | { readonly event: "contact-kept"; readonly label: string; readonly sealed: boolean }
  | { readonly event: "contact-forgotten"; readonly label: string }
  | {
      readonly event: "offer";
      readonly direction: "out" | "in";
      readonly peer: string;
      readonly name: string;
      readonly size: number;
      readonly sha256: string;
      readonly media: string;
    }
  | { readonly event: "accepted" }
  | { readonly event: "progress"; readonly bytes: number; readonly size: number }
  | { readonly event: "peer-offline" | "peer-online"; readonly label: string; readonly grace_seconds: number }
  | { readonly event: "relay-lost" | "relay-back"; readonly grace_seconds: number }
  | {
      readonly event: "done";
      readonly file: string;
      readonly size: number;
      readonly sha256: string;
      readonly timings_ms: Readonly<Record<string, number>>;
    }
  | { readonly event: "notice"; readonly text: string }
  | { readonly event: "error"; readonly code: string; readonly message: string; readonly exit: ExitStatus };

export type QuestionAbout = "code" | "sas" | "offer" | "approval" | "resume";

export interface Question {
  readonly about: QuestionAbout;
  readonly text: string;
  /** Of what is asked about, where an answer can name it. */
  readonly digest?: string;
  /** What stands in the answer already, for correction. */
  readonly initial?: string;
  /** Says what is wrong with an answer where it can be mended before it counts. */
  readonly check: (answer: string) => string | undefined;
}

/** How a command talks with its user: a terminal, plain lines, or JSON for a program. */
export interface Screen {
  /** Whether a person types and sees at once. */
  readonly interactive: boolean;
  show(event: ScreenEvent): void;
  /** The answer, checked; undefined when the input has ended. Rejects with the signal's reason if that comes first. */
  ask(question: Question, signal: AbortSignal): Promise<string | undefined>;
  /** As `ask`, without showing what is typed; undefined where that cannot be. */
  askSecret(question: string, signal: AbortSignal): Promise<string | undefined>;
  close(): void;
}
