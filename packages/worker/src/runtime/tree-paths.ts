/** Targets of the links of a tree, by their paths. */
export interface Links {
  get(path: string): string | undefined;
}

/** As many as Linux follows. */
const mostLinks = 40;

/**
 * Where a path leads to in a tree, from a folder in it, every link on the way followed; undefined where it leads out. What
 * would go round for ever stays where it is.
 */
export function inside(links: Links, from: readonly string[], path: string): string | undefined {
  const place = [...from];
  const steps = path.split('/').reverse();
  for (let followed = 0; steps.length > 0;) {
    const step = steps.pop()!;
    if (step === '' || step === '.') continue;
    if (step === '..') {
      if (place.pop() === undefined) return undefined;
      continue;
    }
    place.push(step);
    const target = links.get(place.join('/'));
    if (target === undefined) continue;
    if (target.startsWith('/')) return undefined;
    followed += 1;
    if (followed > mostLinks) return place.join('/');
    place.pop();
    steps.push(...target.split('/').reverse());
  }
  return place.join('/');
}
