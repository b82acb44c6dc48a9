import type { MachineFacts } from './machine.ts';

/** `linux/amd64`: how images name the platform of a machine. */
export function platformOf({ os, arch }: Pick<MachineFacts, 'os' | 'arch'>): string {
  return `${os}/${arch === 'x64' ? 'amd64' : arch}`;
}
