import type { Planned } from '@ambit/engine';
import { allTargets, findTarget, planTarget } from '../app/find-target.ts';
import type { Workspace } from '../app/workspace.ts';
import { overridesOf } from './global-flags.ts';
import type { Invocation } from './invocation.ts';
import { openProject } from './open-project.ts';

/** Plans `FILE [TARGET…]`, uses the plan, and lets everything go. */
export async function withPlan(
  { terminal, words, said }: Invocation,
  signal: AbortSignal,
  use: (planned: Planned, workspace: Workspace) => Promise<number>,
): Promise<number> {
  const [file = '', ...names] = words;
  const workspace = await openProject(terminal, file, overridesOf(said));
  try {
    const project = await workspace.load(file);
    const targets = names.length > 0 ? names.map((name) => planTarget(findTarget(project, name))) : allTargets(project);
    return await use(await workspace.app.engine.plan(project, targets, workspace.settings, signal), workspace);
  } finally {
    await workspace.app.dispose();
  }
}
