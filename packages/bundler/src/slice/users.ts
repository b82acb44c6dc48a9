import type { Analysis } from './analysis.ts';
import type { ModuleSyntax, Reference, Unit } from './module-syntax.ts';

/** A use of a unit, and the unit in which it stands. */
export interface User {
  readonly unit: Unit;
  readonly use: Reference;
}

/** Who uses what, through names and imports. */
export class Users {
  readonly #ofUnits = new Map<Unit, User[]>();
  /** Of all that a module exports. */
  readonly #ofModules = new Map<ModuleSyntax, User[]>();

  constructor(analysis: Analysis) {
    for (const module of analysis.graph.modules.values())
      for (const unit of module.units)
        for (const use of unit.references) {
          const { meaning } = analysis.meaning(unit, use);
          const user = { unit, use };
          if (meaning.kind === 'module') append(this.#ofModules, meaning.module, user);
          if (meaning.kind === 'local')
            for (const used of meaning.module.declared.get(meaning.name) ?? []) if (used !== unit) append(this.#ofUnits, used, user);
        }
  }

  of(unit: Unit): readonly User[] {
    const users = this.#ofUnits.get(unit) ?? [];
    const all = this.#ofModules.get(unit.module)?.filter((user) => user.unit !== unit) ?? [];
    return [...users, ...all];
  }
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
