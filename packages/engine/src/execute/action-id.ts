import { createHash } from 'node:crypto';
import { inputDigest } from '@ambit/worker/values';
import type { EncodedValue } from '@ambit/worker/values';

/** Ids are stored for ever: what goes into them changes only with the scheme's name. */
const SCHEME = 'a1';

export interface ActionKey {
  /** The parent's id; of a root, what names its run. */
  readonly parent: string;
  readonly task: string;
  /** The digest of the input. */
  readonly input: string;
  /** The labels of the groups around the call. */
  readonly group?: readonly string[] | undefined;
  /** Which of the calls that are equal in all else, in call order, from 0. */
  readonly occurrence: number;
}

export function actionId({ parent, task, input, group, occurrence }: ActionKey): string {
  return createHash('sha256')
    .update(JSON.stringify([SCHEME, parent, task, input, group ?? '', occurrence]))
    .digest('hex')
    .slice(0, 20);
}

export function rootActionId(run: string, task: string, args: EncodedValue): string {
  return actionId({ parent: `run ${run}`, task, input: inputDigest(args), occurrence: 0 });
}
