/** The keys of one deployment. All of one log have its name as their hash tag, so that a cluster keeps them together. */
export class Keys {
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** The stream of a log, and what is known of the log as a whole. */
  ofLog(log: string): readonly [stream: string, head: string] {
    const tag = this.#tag("log", log);
    return [`${tag}:stream`, `${tag}:head`];
  }

  /** On which news of a log are told. */
  channelOf(log: string): string {
    return `${this.#tag("log", log)}:news`;
  }

  /** What is said on a topic, and until when. */
  ofTopic(topic: string): readonly [values: string, ends: string] {
    const tag = this.#tag("topic", topic);
    return [`${tag}:values`, `${tag}:ends`];
  }

  /** How much somebody has of something. */
  ofRate(name: string, whose: string): string {
    return this.#tag(`rate/${name}`, whose);
  }

  /** Matches the heads of all logs. */
  get headPattern(): string {
    return `${this.#prefix.replaceAll(/[\\*?[\]]/g, "\\$&")}:{log/*}:head`;
  }

  /** The log of which a key is the head. */
  logOfHead(key: string): string {
    return decodeURIComponent(key.slice(this.#tag("log", "").length - 1, -"}:head".length));
  }

  // A brace in a name would end the tag.
  #tag(kind: string, name: string): string {
    return `${this.#prefix}:{${kind}/${encodeURIComponent(name)}}`;
  }
}
