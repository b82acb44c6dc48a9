/** What an error's code means, and what to do. */
export interface CatalogueEntry {
  readonly when: string;
  readonly fix: string;
}

export function entry(when: string, fix: string): CatalogueEntry {
  return { when, fix };
}
