import type { Diagnostic, Plan } from '@ambit/core';
import { planProblems } from '../view/plan-screen.ts';
import { EXIT } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/**
 * Says what is wrong with a plan. The exit code where nothing can be done with it; `retry` shows the whole plan. Where something can,
 * who did not answer is still to be said: by `sayUnanswered`, or by the error of who needs it.
 */
export function refusePlan(plan: Plan, retry: string, terminal: Terminal): number | undefined {
  const { diagnostics } = plan;
  const found = diagnostics.find(({ severity }) => severity === 'error');
  sayProblems(plan, terminal, (each) => found !== undefined || !isUnanswered(each));
  if (!found) return undefined;
  const { severity: _, ...error } = found;
  if (terminal.flags.json) terminal.out(JSON.stringify({ version: 1, error, diagnostics }));
  terminal.say(terminal.colors.dim(`Nothing was done. The whole plan: ${retry}`));
  return EXIT.plan;
}

/** Warns of builders and executors that could not be asked while the plan was made. */
export function sayUnanswered(plan: Plan, terminal: Terminal): void {
  sayProblems(plan, terminal, isUnanswered);
}

function isUnanswered({ code }: Diagnostic): boolean {
  return code === 'AMBIT_PLAN_NO_ANSWER';
}

function sayProblems(plan: Plan, { colors, flags, say }: Terminal, isSaid: (each: Diagnostic) => boolean): void {
  const diagnostics = plan.diagnostics.filter(isSaid);
  const problems = planProblems({ ...plan, diagnostics }, colors, flags.verbosity === 'quiet' ? 'error' : 'warning');
  if (problems.length > 0) say(problems.join('\n'));
}
