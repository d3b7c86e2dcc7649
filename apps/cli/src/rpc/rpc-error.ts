/** A call that could not be made, or whose answer could not be understood: local, with the status 1. */
export class LocalError extends Error {
  override readonly name = "LocalError";
}

/** Nobody answers there, or not yet: worth another try with `-rpcwait`. */
export class NotThereError extends LocalError {}
