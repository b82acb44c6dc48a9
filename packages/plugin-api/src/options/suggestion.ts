/** Edits (insert, delete, replace, swap of neighbours) that turn one name into the other. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(last[j - 1]! + (same ? 0 : 1), last[j]! + 1, row[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, beforeLast[j - 2]! + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}

/** The candidate that somebody who wrote `name` probably meant; `undefined` where none is near. The first of equals. */
export function suggestion(name: string, candidates: Iterable<string>): string | undefined {
  const written = name.toLowerCase();
  let best: { readonly candidate: string; readonly edits: number } | undefined;
  for (const candidate of candidates) {
    const meant = candidate.toLowerCase();
    const edits = distance(written, meant);
    const near = edits <= Math.round(Math.max(written.length, meant.length) * 0.4) || (written.length > 2 && meant.startsWith(written));
    if (near && (best === undefined || edits < best.edits)) best = { candidate, edits };
  }
  return best?.candidate;
}

/** ` Did you mean 'docker'?`, or nothing: to be put behind a sentence. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const meant = suggestion(name, candidates);
  return meant === undefined ? '' : ` Did you mean '${meant}'?`;
}
