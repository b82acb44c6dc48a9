import type { LoadedProject } from '@ambit/bundler';
import type { Colors } from '../cli/terminal.ts';

/** The tasks that a file offers, where none was named. */
export function taskList({ tasks }: LoadedProject, file: string, colors: Colors): string {
  const rows = tasks.map(
    ({ definition, exportedAs, description = '' }) => [exportedAs ?? definition.id, description.split('\n')[0]!] as const,
  );
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    `Tasks of ${file}:`,
    ...rows.map(([name, what]) => `  ${colors.cyan(name.padEnd(width))}  ${what}`.trimEnd()),
    '',
    `Parameters of one: ambit run ${file} ${rows[0]?.[0] ?? 'TASK'} --help`,
  ].join('\n');
}
