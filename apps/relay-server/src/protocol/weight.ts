/** What several calls, and long answers, add to what a message asks of the relay. */
export interface Weight {
  readonly calls: number;
  /** Bytes that the answers may have, where they can be much longer than the calls. */
  readonly answerBytes: number;
}
