import { planDocument } from '../view/plan-document.ts';
import { explainEnvironment, planScreen } from '../view/plan-screen.ts';
import { EXIT } from './exit-code.ts';
import { textOf } from './global-flags.ts';
import type { Invocation } from './invocation.ts';
import { withPlan } from './with-plan.ts';

/** `ambit plan FILE [TARGET…]`. */
export function planCommand(invocation: Invocation): Promise<number> {
  const { terminal, said } = invocation;
  const { signal } = new AbortController();
  return withPlan(invocation, signal, async (planned, { app }) => {
    const { plan } = planned;
    const status = await app.engine.status(planned, signal);
    const why = textOf(said, 'why');
    const explained = why === undefined ? undefined : explainEnvironment(plan, status, why, terminal.outColors);
    if (terminal.flags.json) terminal.out(JSON.stringify(planDocument(plan, status)));
    else terminal.out(explained ?? planScreen(plan, status, terminal.outColors));
    return plan.diagnostics.some(({ severity }) => severity === 'error') ? EXIT.plan : EXIT.ok;
  });
}
