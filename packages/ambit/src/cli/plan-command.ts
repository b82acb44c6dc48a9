import { resolve } from 'node:path';
import { allTargets, findTarget, planTarget } from '../app/find-target.ts';
import { planDocument } from '../view/plan-document.ts';
import { explainEnvironment, planScreen } from '../view/plan-screen.ts';
import { EXIT } from './exit-code.ts';
import { openProject } from './open-project.ts';
import type { Invocation } from './program.ts';

/** `ambit plan FILE [TARGET…]`. */
export async function planCommand({ terminal, words, options }: Invocation): Promise<number> {
  const [file = '', ...names] = words;
  const workspace = await openProject(terminal, file, options);
  const { engine } = workspace.app;
  const signal = new AbortController().signal;
  try {
    const project = await workspace.load(resolve(file));
    const targets = names.length > 0 ? names.map((name) => planTarget(findTarget(project, name))) : allTargets(project);
    const planned = await engine.plan(project, targets, workspace.settings, signal);
    const status = await engine.status(planned, signal);
    const { plan } = planned;
    const { why } = options;
    if (terminal.flags.json) terminal.out(JSON.stringify(planDocument(plan, status)));
    else if (typeof why === 'string') terminal.out(explainEnvironment(plan, status, why, terminal.colors));
    else terminal.out(planScreen(plan, status, terminal.colors));
    return plan.diagnostics.some(({ severity }) => severity === 'error') ? EXIT.plan : EXIT.ok;
  } finally {
    await workspace.app.dispose();
  }
}
