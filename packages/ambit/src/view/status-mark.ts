import type { Colors } from '../cli/terminal.ts';

/** One sign for a state, of tasks and of images. */
export function statusMark(status: string, colors: Colors): string {
  switch (status) {
    case 'succeeded':
    case 'cached':
    case 'built':
    case 'exists':
      return colors.green('✓');
    case 'failed':
      return colors.red('✗');
    case 'cancelled':
    case 'interrupted':
      return colors.yellow('■');
    case 'running':
    case 'building':
      return colors.yellow('◐');
    case 'skipped':
      return colors.dim('-');
    default:
      return colors.dim('·');
  }
}
