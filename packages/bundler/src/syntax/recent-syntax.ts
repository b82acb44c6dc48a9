import { parseModule } from './parsed-module.ts';
import type { ParsedModule } from './parsed-module.ts';
import { removeParentheses } from './walk.ts';

/** Syntax trees are large, and what loads a project may live long after it was bundled. */
const keptMs = 10_000;

const kept = new Map<string, ParsedModule>();
let forgetting: NodeJS.Timeout | undefined;

/** Bundling mostly follows loading at once, and reads the same modules. */
export function keepSyntax(module: ParsedModule): void {
  kept.set(module.file, module);
  clearTimeout(forgetting);
  forgetting = setTimeout(() => kept.clear(), keptMs);
  forgetting.unref();
}

/** A module without parentheses in its tree: what was kept of it, if it has this text, is handed over. */
export function takeSyntax(file: string, root: string, source: string): ParsedModule {
  const known = kept.get(file);
  kept.delete(file);
  const isSame = known?.source === source && known.root === root;
  const module = isSame ? known : parseModule(file, root, source);
  removeParentheses(module.program);
  return module;
}
