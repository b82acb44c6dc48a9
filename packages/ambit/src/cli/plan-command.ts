import { resolve } from 'node:path';
import { allTargets, findTarget, planTarget } from '../app/find-target.ts';
import { planDocument } from '../view/plan-document.ts';
import { explainEnvironment, planScreen } from '../view/plan-screen.ts';
import { EXIT } from './exit-code.ts';
import { overridesOf, textOf } from './global-flags.ts';
import type { Invocation } from './invocation.ts';
import { openProject } from './open-project.ts';

/** `ambit plan FILE [TARGET…]`. */
export async function planCommand({ terminal, words, said }: Invocation): Promise<number> {
  const [file = '', ...names] = words;
  const workspace = await openProject(terminal, file, overridesOf(said));
  const { engine } = workspace.app;
  const { signal } = new AbortController();
  try {
    const project = await workspace.load(resolve(file));
    const targets = names.length > 0 ? names.map((name) => planTarget(findTarget(project, name))) : allTargets(project);
    const planned = await engine.plan(project, targets, workspace.settings, signal);
    const status = await engine.status(planned, signal);
    const { plan } = planned;
    const why = textOf(said, 'why');
    const explained = why === undefined ? undefined : explainEnvironment(plan, status, why, terminal.outColors);
    if (terminal.flags.json) terminal.out(JSON.stringify(planDocument(plan, status)));
    else terminal.out(explained ?? planScreen(plan, status, terminal.outColors));
    return plan.diagnostics.some(({ severity }) => severity === 'error') ? EXIT.plan : EXIT.ok;
  } finally {
    await workspace.app.dispose();
  }
}
