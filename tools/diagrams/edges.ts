/** One arrow of a state diagram. `to` is undefined where the machine is forgotten. */
export interface Edge {
  readonly from: string;
  readonly to: string | undefined;
  readonly events: readonly string[];
  readonly actions: readonly string[];
}

type Table = Readonly<
  Record<string, Readonly<Record<string, { readonly next: string; readonly actions: readonly string[] }>>>
>;

/** Actions that leave a machine as it was: a transition that does nothing else is not drawn. */
const idle = new Set(["drop", "refuse"]);

/** The arrows of a table of state × event → state and actions. Events that lead to the same share one arrow. */
export function edgesOf(table: Table): readonly Edge[] {
  return Object.entries(table).flatMap(([from, cells]) =>
    merge(
      Object.entries(cells)
        .filter(([, { next, actions }]) => next !== from || actions.some((action) => !idle.has(action)))
        .map(([event, { next, actions }]) => ({ from, to: next, events: [event], actions })),
    ),
  );
}

/** The same for a table whose cells are a state, an error code or a word for what happens instead. */
export function edgesOfPhases(table: Readonly<Record<string, Readonly<Record<string, string>>>>): readonly Edge[] {
  const isState = (name: string) => Object.hasOwn(table, name);
  return Object.entries(table).flatMap(([from, cells]) =>
    merge(
      Object.entries(cells)
        .filter(([, to]) => isState(to) || to === "forgotten")
        .map(([event, to]) => ({ from, to: isState(to) ? to : undefined, events: [event], actions: [] })),
    ),
  );
}

function merge(edges: readonly Edge[]): readonly Edge[] {
  const merged = new Map<string, Edge>();
  for (const edge of edges) {
    const key = JSON.stringify([edge.to, edge.actions]);
    const known = merged.get(key);
    merged.set(key, known === undefined ? edge : { ...known, events: [...known.events, ...edge.events] });
  }
  return [...merged.values()];
}
