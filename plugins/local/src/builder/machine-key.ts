import type { MachineFacts } from '@ambit/plugin-api';

/** What native code in packages depends on. */
export function machineKey({ os, arch, libc, node }: MachineFacts): string {
  return `${os}-${arch}-${libc}-node${node?.abi ?? 'none'}`;
}
