import type { Plan } from '@ambit/core';
import { planProblems } from '../view/plan-screen.ts';
import { EXIT } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** Says what is wrong with a plan. The exit code where nothing can be done with it; `retry` shows the whole plan. */
export function refusePlan({ diagnostics, ...plan }: Plan, retry: string, terminal: Terminal): number | undefined {
  const { colors, flags, out, say } = terminal;
  const problems = planProblems({ ...plan, diagnostics }, colors, flags.verbosity === 'quiet' ? 'error' : 'warning');
  if (problems.length > 0) say(problems.join('\n'));
  const found = diagnostics.find(({ severity }) => severity === 'error');
  if (!found) return undefined;
  const { severity: _, ...error } = found;
  if (flags.json) out(JSON.stringify({ version: 1, error, diagnostics }));
  say(colors.dim(`Nothing was done. The whole plan: ${retry}`));
  return EXIT.plan;
}
