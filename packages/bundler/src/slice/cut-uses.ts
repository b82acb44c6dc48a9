import type { Analysis } from './analysis.ts';
import { both } from './keeper.ts';
import type { Keeper } from './keeper.ts';
import type { Load, Reference, Unit } from './module-syntax.ts';
import { Reach } from './reach.ts';

/** What code uses that is left out of bundles, directly or through other code: it has no purpose of its own any more. */
export class CutUses {
  readonly #analysis: Analysis;
  readonly #keepers = new Map<Unit, Keeper>();
  readonly #steps = new Map<Unit, ReadonlySet<Unit>>();

  constructor(analysis: Analysis) {
    this.#analysis = analysis;
    for (const module of analysis.graph.modules.values())
      for (const unit of module.units)
        for (const use of [...unit.references, ...unit.loads]) {
          const keeper = use.region && analysis.keeper(use.region);
          if (keeper !== undefined) this.#from(unit, use, keeper);
        }
  }

  keeper(unit: Unit): Keeper {
    return this.#keepers.get(unit);
  }

  #from(user: Unit, use: Reference | Load, keeper: string | null): void {
    const open: { readonly unit: Unit; readonly keeper: string | null }[] = [];
    const reached = (unit: Unit, by: string | null): void => {
      const before = this.#keepers.get(unit);
      const now = both(before, by) ?? null;
      if (now === before) return;
      this.#keepers.set(unit, now);
      open.push({ unit, keeper: now });
    };
    for (const unit of this.#directly().directlyFrom(user, [use]).units) reached(unit, keeper);
    for (let next = open.pop(); next; next = open.pop()) for (const unit of this.#stepsFrom(next.unit)) reached(unit, next.keeper);
  }

  #stepsFrom(unit: Unit): ReadonlySet<Unit> {
    let steps = this.#steps.get(unit);
    if (!steps) this.#steps.set(unit, (steps = this.#directly().oneStepFrom(unit).units));
    return steps;
  }

  #directly(): Reach {
    return new Reach(this.#analysis, { follows: () => true });
  }
}
