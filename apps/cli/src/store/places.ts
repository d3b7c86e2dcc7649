import { join } from "node:path";
import envPaths from "env-paths";

export interface Places {
  /** Contacts: secret keys and pins. */
  readonly contacts: string;
  /** Journals of running sessions. */
  readonly sessions: string;
  /** The key that seals them. */
  readonly journalKey: string;
  /** Shares of keys, sealed. */
  readonly keys: string;
  /** What ceremonies that run at this moment say of themselves, for `status`. */
  readonly running: string;
  /** The folder of everything that is kept between runs. */
  readonly state: string;
}

/**
 * Where the program keeps its things: the platform's folders (`$XDG_CONFIG_HOME/countersign` and
 * `$XDG_STATE_HOME/countersign` on Linux), or all of it below `COUNTERSIGN_HOME`.
 */
export function findPlaces(environment: NodeJS.ProcessEnv): Places {
  const home = environment["COUNTERSIGN_HOME"];
  if (home !== undefined && home !== "") return placesIn(home, home);
  const paths = envPaths("countersign", { suffix: "" });
  // env-paths calls the state folder of XDG "log".
  return placesIn(paths.config, paths.log);
}

function placesIn(config: string, state: string): Places {
  return {
    contacts: join(config, "contacts"),
    sessions: join(state, "sessions"),
    journalKey: join(config, "journal.key"),
    keys: join(state, "keys"),
    running: join(state, "running"),
    state,
  };
}
