import type { BuiltImageReport, Planned } from '@ambit/engine';
import type { Workspace } from '../app/workspace.ts';
import { runView } from '../view/run-view.ts';
import { EXIT } from './exit-code.ts';
import { interruptions } from './interruptions.ts';
import type { Interruptions } from './interruptions.ts';
import type { Invocation } from './invocation.ts';
import { refusePlan, sayUnanswered } from './refuse-plan.ts';
import { reportBuild, showImages } from './report-build.ts';
import type { Terminal } from './terminal.ts';
import { withPlan } from './with-plan.ts';

/** `ambit build FILE [TARGET…]`. */
export async function buildCommand(invocation: Invocation): Promise<number> {
  const { terminal, words, said } = invocation;
  const stop = interruptions(terminal);
  try {
    return await withPlan(invocation, new AbortController().signal, async (planned, workspace) => {
      const refused = refusePlan(planned.plan, `ambit plan ${words.join(' ')}`, terminal);
      return refused ?? (await build(planned, workspace, { force: said['force'] === true, terminal, stop }));
    });
  } finally {
    stop.dispose();
  }
}

interface Building {
  readonly force: boolean;
  readonly terminal: Terminal;
  readonly stop: Interruptions;
}

async function build(planned: Planned, { app }: Workspace, { force, terminal, stop }: Building): Promise<number> {
  const building = new AbortController();
  const view = await runView(planned.plan, terminal);
  const done = new Map<string, BuiltImageReport>();
  const onReport = (report: BuiltImageReport): void => void done.set(keyOf(report), report);
  stop.watch({
    cancel: () => building.abort(new DOMException('It was interrupted.', 'AbortError')),
    leave: () => {
      view.end();
      return { alive: [], run: undefined };
    },
  });
  let reports: readonly BuiltImageReport[] | undefined;
  try {
    reports = await app.engine.build(planned, { onEvent: view.take, onReport, force }, building.signal);
  } catch (error) {
    if (!building.signal.aborted) throw error;
  } finally {
    view.end();
  }
  if (!reports) return interrupted(planned, done, terminal);
  const code = reportBuild(reports, terminal);
  if (code !== EXIT.infrastructure) sayUnanswered(planned.plan, terminal);
  return code;
}

/** What was not done with by then is skipped. */
function interrupted({ plan }: Planned, done: ReadonlyMap<string, BuiltImageReport>, terminal: Terminal): number {
  const reports = plan.images.map((image): BuiltImageReport => {
    const { identity, environments } = image;
    return done.get(keyOf(image)) ?? { identity, environments, status: 'skipped', locations: [], durationMs: 0 };
  });
  showImages(reports, terminal);
  terminal.say('The build was interrupted; what was finished before stays.');
  return EXIT.cancelled;
}

/** Two builders may build one image, each for environments of its own. */
function keyOf({ identity, environments }: Pick<BuiltImageReport, 'identity' | 'environments'>): string {
  return JSON.stringify([identity, environments]);
}
