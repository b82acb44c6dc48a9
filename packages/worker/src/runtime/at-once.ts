/** Does something with each item, a limited number at a time, and gives the results in the order of the items. */
export async function atOnce<T, R>(items: readonly T[], most: number, act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < items.length) {
      const index = next;
      next += 1;
      try {
        results[index] = await act(items[index]!);
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: Math.min(most, items.length) }, work);
  await Promise.allSettled(workers);
  await Promise.all(workers);
  return results;
}
