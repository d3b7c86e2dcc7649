/** As much of JSON Schema (draft 7, as OpenRPC 1.2.6 wants it) as the document needs. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}
