/** A fault that is put into a source while it is loaded; no file is touched. */
export interface Planted {
  /** Path below the root of the repository. */
  readonly file: string;
  /** Exactly one place in the file. */
  readonly find: string;
  readonly replace: string;
}

const root = new URL("../../../", import.meta.url).href;
const { COUNTERSIGN_PLANTED } = process.env;
const fault = COUNTERSIGN_PLANTED === undefined ? undefined : (JSON.parse(COUNTERSIGN_PLANTED) as Planted);

/** The fault that belongs into a module, if any. */
export function planted(url: string): Planted | undefined {
  return fault !== undefined && url === `${root}${fault.file}` ? fault : undefined;
}

/** The source with the fault. Throws where its place is not there exactly once: then the list is out of date. */
export function withFault(source: string, { file, find, replace }: Planted): string {
  const parts = source.split(find);
  if (parts.length !== 2) throw new Error(`${file} has the place of a planted fault ${parts.length - 1} times`);
  return parts.join(replace);
}
