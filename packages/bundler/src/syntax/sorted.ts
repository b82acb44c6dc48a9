interface Spanning {
  readonly start: number;
}

/** Of spans in the order of the text, the index of the last that begins at the offset or before; -1 where there is none. */
export function lastUpTo(spans: readonly Spanning[], offset: number): number {
  let low = -1;
  let high = spans.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (spans[middle]!.start <= offset) low = middle;
    else high = middle;
  }
  return low;
}
