import type { BuiltImageReport, ErrorDocument } from '@ambit/engine';
import { programError } from '../record/program-error.ts';
import { listed } from '../view/listed.ts';
import { milliseconds } from '../view/milliseconds.ts';
import { short } from '../view/short.ts';
import { statusMark } from '../view/status-mark.ts';
import { sayError } from './error-report.ts';
import { EXIT, exitCodeOfFailure } from './exit-code.ts';
import type { Colors, Terminal } from './terminal.ts';

type Failed = BuiltImageReport & { readonly error: ErrorDocument };

/** Prints what became of each image, and returns the exit code. */
export function reportBuild(reports: readonly BuiltImageReport[], terminal: Terminal): number {
  showImages(reports, terminal);
  const failed = reports.filter((report): report is Failed => report.status === 'failed' && report.error !== undefined);
  for (const alike of failuresByCause(failed)) sayFailure(alike, terminal);
  if (reports.every(({ status }) => status === 'built' || status === 'exists')) return EXIT.ok;
  // Where nothing could even be asked, no build has failed.
  const codes = failed.map(({ error }) => exitCodeOfFailure(error));
  return codes.length > 0 && codes.every((code) => code === EXIT.infrastructure) ? EXIT.infrastructure : EXIT.build;
}

export function showImages(reports: readonly BuiltImageReport[], { flags, out, outColors }: Terminal): void {
  if (flags.json) out(JSON.stringify({ version: 1, images: reports.map(imageDocument) }));
  else if (reports.length > 0) out(reports.map((each) => imageLine(each, outColors)).join('\n'));
}

function imageDocument({ identity, status, locations, durationMs, error, environments }: BuiltImageReport): object {
  return { identity, status, locations, durationMs, ...(error && { error: programError(error) }), environments };
}

function imageLine({ identity, status, durationMs, environments }: BuiltImageReport, colors: Colors): string {
  const took = status === 'built' || status === 'failed' ? ` ${colors.dim(milliseconds(durationMs))}` : '';
  return `${statusMark(status, colors)} ${colors.cyan(short(identity))} ${status}${took} ${colors.dim(`for ${listed(environments, 5)}`)}`;
}

/** What keeps several images from being built, as an engine that does not answer, is one failure. */
function failuresByCause(failed: readonly Failed[]): Iterable<readonly Failed[]> {
  const found = new Map<string, Failed[]>();
  for (const report of failed) {
    const { code, message } = report.error.cause ?? report.error;
    const key = JSON.stringify([code, message]);
    found.set(key, [...(found.get(key) ?? []), report]);
  }
  return found.values();
}

function sayFailure([first, ...others]: readonly Failed[], terminal: Terminal): void {
  if (!first) return;
  if (others.length === 0) return sayError(first.error, terminal);
  const environments = [first, ...others].flatMap((report) => report.environments);
  const those = `So it is with ${others.length + 1} images: those of ${listed(environments, 20)}.`;
  sayError(first.error.cause ?? first.error, terminal, [those]);
}
