/**
 * The sessions that clients are opening by names of their own. A session is of one group for ever; until it stands in
 * the log of that group, it is here that another group learns that the name is taken.
 */
export class Openings {
  readonly #underway = new Map<string, { readonly group: string; count: number }>();

  /** The group in which a session is being opened, undefined if nobody does. */
  groupOf(session: string): string | undefined {
    return this.#underway.get(session)?.group;
  }

  /** Opens a session that nobody is opening in another group; begins at once. */
  async during<Answer>(session: string, group: string, open: () => Promise<Answer>): Promise<Answer> {
    const opening = this.#underway.get(session) ?? { group, count: 0 };
    this.#underway.set(session, opening);
    opening.count++;
    try {
      return await open();
    } finally {
      if (--opening.count === 0) this.#underway.delete(session);
    }
  }
}
