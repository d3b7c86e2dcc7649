/** A party as the user sees it. */
export interface ShownParty {
  readonly number: number;
  readonly label: string;
  readonly self: boolean;
}
