import type { RunEventData } from '@ambit/engine';
import { listed } from './listed.ts';

/** What an image is built for: to run these environments in, or to run them with. */
export function builtFor({ environments, runtime }: RunEventData['image.started']): string {
  const names = listed(environments, 3);
  return runtime ? `the runtime of ${names}` : names;
}
