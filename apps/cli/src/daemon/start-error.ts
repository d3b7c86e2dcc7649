/** The daemon cannot start here and now, though its options are right: a sentence that says why. */
export class StartError extends Error {
  override readonly name = "StartError";
}
