import type { Visit } from './walk.ts';

/** Whether one environment reaches another through `dependsOn`. For walks without cycles. */
export class Reach {
  readonly #visits: readonly Visit[];
  readonly #known = new Map<string, boolean>();

  constructor(visits: readonly Visit[]) {
    this.#visits = visits;
  }

  reaches(from: number, to: number): boolean {
    if (this.#isBelow(to, from)) return true;
    const key = `${from} ${to}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const answer = this.#search(from, to);
    this.#known.set(key, answer);
    return answer;
  }

  /** First reached through the other, or the other itself. */
  #isBelow(index: number, above: number): boolean {
    return above <= index && this.#visits[index]!.left <= this.#visits[above]!.left;
  }

  /** An edge always leads to one that was left earlier: what was left before `to` cannot reach it. */
  #search(from: number, to: number): boolean {
    const goal = this.#visits[to]!.left;
    const seen = new Set([from]);
    const open = [from];
    for (let last = open.pop(); last !== undefined; last = open.pop()) {
      if (this.#isBelow(to, last)) return true;
      for (const edge of this.#visits[last]!.edges) {
        if (seen.has(edge.to) || this.#visits[edge.to]!.left < goal) continue;
        seen.add(edge.to);
        open.push(edge.to);
      }
    }
    return false;
  }
}
