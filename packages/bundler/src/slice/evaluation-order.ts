/**
 * The order in which modules run: what a module imports before itself. Of modules that import each other, the one that was come
 * to first is first, so that who imports them in this order starts the circle where the program started it.
 */
export function evaluationOrder(starts: readonly string[], importsOf: (file: string) => readonly string[]): readonly string[] {
  const order: string[] = [];
  const found = new Map<string, { readonly index: number; low: number }>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  for (const start of starts) visit(start);
  return order;

  function visit(start: string): void {
    if (found.has(start)) return;
    const path = [enter(start)];
    for (let step = path.at(-1); step; step = path.at(-1)) {
      const next = step.imports.pop();
      if (next === undefined) {
        path.pop();
        leave(step.file, path.at(-1)?.file);
      } else if (!found.has(next)) path.push(enter(next));
      else if (isOpen.has(next)) lower(step.file, found.get(next)?.index);
    }
  }

  function enter(file: string): { readonly file: string; readonly imports: string[] } {
    found.set(file, { index: found.size, low: found.size });
    open.push(file);
    isOpen.add(file);
    return { file, imports: [...importsOf(file)].reverse() };
  }

  function leave(file: string, parent: string | undefined): void {
    const mark = found.get(file);
    if (!mark) return;
    if (parent !== undefined) lower(parent, mark.low);
    if (mark.low === mark.index) close(file);
  }

  /** A file and what is open since, which are one circle. */
  function close(file: string): void {
    const circle = open.splice(open.lastIndexOf(file));
    order.push(...circle);
    for (const each of circle) isOpen.delete(each);
  }

  function lower(file: string, low: number | undefined): void {
    const mark = found.get(file);
    if (mark && low !== undefined && low < mark.low) mark.low = low;
  }
}
