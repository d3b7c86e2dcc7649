import type { Screen } from "./screen.ts";
import { readYesNo } from "./yes-no.ts";

export interface Approval {
  readonly text: string;
  /** Of what is to be signed, as the review shows it. */
  readonly digest: string;
  /** Whether other proposals may be asked about in this process. */
  readonly bound: boolean;
}

/**
 * Asks whether something is to be signed. Who sees the question answers it as any other. An answer that comes through a
 * pipe may cross a question that was taken back, and would hit the next one: `yes DIGEST` is to that proposal and to no
 * other, and where several are asked about, nothing else is a yes there. A no does no harm.
 */
export async function askApproval(screen: Screen, approval: Approval, signal: AbortSignal): Promise<boolean> {
  const { text, digest, bound } = approval;
  const needed = bound && !screen.interactive;
  const check = (typed: string): string | undefined => {
    const { answer, about } = read(typed);
    if (answer === undefined) return 'Please type "yes" or "no".';
    if (about !== "" && about !== plain(digest)) return "That answers another question, and was passed over.";
    if (answer && needed && about === "") return `Answer with the digest: "yes ${digest}".`;
    return undefined;
  };
  const shown = needed ? `${text}\nA yes has to name the digest: "yes ${digest}".` : text;
  const typed = await screen.ask({ about: "approval", text: shown, digest, check }, signal);
  return typed !== undefined && read(typed).answer === true;
}

function read(typed: string): { readonly answer: boolean | undefined; readonly about: string } {
  const [word = "", ...rest] = typed.trim().split(/\s+/);
  return { answer: readYesNo(word), about: plain(rest.join("")) };
}

/** The digest without its spaces. */
function plain(digest: string): string {
  return digest.replace(/\s/g, "").toLowerCase();
}
