import { AmbitError } from '@ambit/plugin-api';
import type { Digest } from '@ambit/plugin-api';
import type { Draft } from './draft.ts';
import type { Described } from './rendering.ts';

/** The files behind a digest that a layer names. */
export function filesOf(draft: Draft, digest: Digest): Described {
  const files = draft.parts.files.of(digest);
  if (files) return files;
  if (draft.isInParent) return { digest, entries: [] };
  throw filesMissing(`What a layer copies (${digest.slice(0, 19)})`, draft.layer);
}

export function filesMissing(what: string, layer: number | undefined): AmbitError {
  return new AmbitError('AMBIT_BUILD_FILES_CHANGED', `${what} is not there any more as it was planned.`, {
    hint: 'Plan again, and leave the files alone while they are copied.',
    facts: layer === undefined ? {} : { layer },
  });
}
