import type { BuiltImageReport, Planned } from '@ambit/engine';
import type { Workspace } from '../app/workspace.ts';
import { programError } from '../record/program-error.ts';
import { listed } from '../view/listed.ts';
import { milliseconds } from '../view/milliseconds.ts';
import { runView } from '../view/run-view.ts';
import { short } from '../view/short.ts';
import { statusMark } from '../view/status-mark.ts';
import { sayError } from './error-report.ts';
import { EXIT, exitCodeOfFailure } from './exit-code.ts';
import { interruptions } from './interruptions.ts';
import type { Invocation } from './invocation.ts';
import { refusePlan } from './refuse-plan.ts';
import type { Colors, Terminal } from './terminal.ts';
import { withPlan } from './with-plan.ts';

/** `ambit build FILE [TARGET…]`. */
export function buildCommand(invocation: Invocation): Promise<number> {
  const { terminal, words, said } = invocation;
  return withPlan(invocation, new AbortController().signal, async (planned, workspace) => {
    const refused = refusePlan(planned.plan, `ambit plan ${words.join(' ')}`, terminal);
    if (refused !== undefined) return refused;
    const reports = await build(planned, workspace, said['force'] === true, terminal);
    return reports ? report(reports, terminal) : EXIT.cancelled;
  });
}

/** Nothing where it was interrupted. */
async function build(
  planned: Planned,
  { app }: Workspace,
  force: boolean,
  terminal: Terminal,
): Promise<readonly BuiltImageReport[] | undefined> {
  const building = new AbortController();
  const view = await runView(planned.plan, terminal);
  const stop = interruptions(terminal);
  stop.watch({
    cancel: () => building.abort(new DOMException('It was interrupted.', 'AbortError')),
    leave: () => {
      view.end();
      return { alive: [], run: undefined };
    },
  });
  try {
    return await app.engine.build(planned, { onEvent: view.take, force }, building.signal);
  } catch (error) {
    if (!building.signal.aborted) throw error;
    return undefined;
  } finally {
    stop.dispose();
    view.end();
    if (building.signal.aborted) terminal.say('The build was interrupted; what was finished before stays.');
  }
}

function report(reports: readonly BuiltImageReport[], terminal: Terminal): number {
  const { flags, out, outColors } = terminal;
  if (flags.json) out(JSON.stringify({ version: 1, images: reports.map(imageDocument) }));
  else if (reports.length > 0) out(reports.map((each) => imageLine(each, outColors)).join('\n'));
  for (const { status, error } of reports) if (status === 'failed' && error) sayError(error, terminal);
  if (reports.every(({ status }) => status === 'built' || status === 'exists')) return EXIT.ok;
  // Where nothing could even be asked, no build has failed.
  const codes = reports.flatMap(({ status, error }) => (status === 'failed' && error ? [exitCodeOfFailure(error)] : []));
  return codes.length > 0 && codes.every((code) => code === EXIT.infrastructure) ? EXIT.infrastructure : EXIT.build;
}

function imageDocument({ identity, status, locations, durationMs, error, environments }: BuiltImageReport): object {
  return { identity, status, locations, durationMs, ...(error && { error: programError(error) }), environments };
}

function imageLine({ identity, status, durationMs, environments }: BuiltImageReport, colors: Colors): string {
  const took = status === 'built' || status === 'failed' ? ` ${colors.dim(milliseconds(durationMs))}` : '';
  return `${statusMark(status, colors)} ${colors.cyan(short(identity))} ${status}${took} ${colors.dim(`for ${listed(environments, 5)}`)}`;
}
