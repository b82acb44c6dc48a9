import { AmbitError } from '@ambit/plugin-api';

export function notPacked(node: string, why: string, cause?: unknown): AmbitError {
  return new AmbitError('AMBIT_RUNTIME_NOT_PACKED', `The Node ${node} cannot be brought into containers: ${why}.`, {
    hint: 'Start runs with Node >= 20.19 for Linux with glibc, as nodejs.org and most distributions have it.',
    facts: { node, why, platform: process.platform, arch: process.arch },
    ...(cause === undefined ? {} : { cause }),
  });
}
