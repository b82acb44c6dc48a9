import { statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../sources.mjs';

const budgets = { 'packages/worker/dist/bin/runtime.js': 40_000 };

/** Sizes of what every task loads. */
export function checkBudget(base = root) {
  return Object.entries(budgets).flatMap(([path, limit]) => {
    const size = statSync(join(base, path), { throwIfNoEntry: false })?.size;
    if (size === undefined) return [`${path} is not built`];
    return size > limit ? [`${path} has ${size} bytes; its budget is ${limit}`] : [];
  });
}
