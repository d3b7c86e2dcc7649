/** One run of the checker over the one model. */
export interface Subject {
  readonly name: string;
  readonly cipherSet: "CS43" | "CS3A";
  /** Restarts and changes of mind in all. */
  readonly incidents: number;
  /** The macro that breaks a rule; undefined where all rules hold. */
  readonly mutant: string | undefined;
}

/** The rules as they are: no property may be violated in any state. */
const rules: readonly Subject[] = [
  { name: "CS43, a re-link of 0x43", cipherSet: "CS43", incidents: 1, mutant: undefined },
  { name: "CS3A, telehash", cipherSet: "CS3A", incidents: 2, mutant: undefined },
];

/** Each breaks one rule, and has to be found out: a model in which nothing can fail shows nothing. */
const mutants: readonly Subject[] = [
  mutant("the parity of at is ignored", "CS3A", "PARITY_IGNORED"),
  mutant("a lower at is accepted", "CS3A", "LOWER_ACCEPTED"),
  mutant("at is written after it was sent", "CS43", "PERSIST_LATE"),
  mutant("the at of an answer is written when it is heard", "CS43", "WRITTEN_WHEN_HEARD"),
  mutant("the same at is taken as new", "CS43", "SAME_AT_ANEW"),
  mutant("an answer is made anew instead of resent verbatim", "CS3A", "RESENT_ANEW"),
  mutant("what is not authentic clears", "CS43", "UNAUTHENTICATED_CLEAR"),
  mutant("what is not authentic clears", "CS3A", "UNAUTHENTICATED_CLEAR"),
  mutant("a half-open exchange replaces the live one", "CS43", "HALF_OPEN_REPLACES"),
  mutant("a responder is live before it was answered", "CS43", "LIVE_UNHEARD"),
  mutant("answered before the application accepts", "CS3A", "ANSWERED_UNASKED"),
  mutant("a refusal is not remembered", "CS43", "REFUSAL_FORGOTTEN"),
  mutant("nothing expires", "CS43", "EXPIRY_IGNORED"),
  mutant("a new token is taken for the known one", "CS3A", "TOKEN_IGNORED"),
  mutant("an ephemeral key outlives its exchange", "CS3A", "KEY_OUTLIVES"),
  mutant("a later call outlives its exchange", "CS3A", "CALL_OUTLIVES"),
  mutant("a peer's later call outlives the exchange", "CS3A", "OFFER_OUTLIVES"),
  mutant("a keep-alive begins the channels anew", "CS3A", "CHANNELS_RESTART"),
];

export const subjects: readonly Subject[] = [...rules, ...mutants];

function mutant(name: string, cipherSet: Subject["cipherSet"], macro: string): Subject {
  return { name, cipherSet, incidents: 1, mutant: macro };
}

/** The macros that the model is built with for this subject. */
export function macrosOf({ cipherSet, incidents, mutant }: Subject): readonly string[] {
  const macros = [cipherSet, `INCIDENTS=${incidents}`];
  return mutant === undefined ? macros : [...macros, mutant];
}
