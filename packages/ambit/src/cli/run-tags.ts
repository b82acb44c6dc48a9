import { usageError } from './usage-error.ts';

/** `--tag key=value`, repeated. */
export function runTags(tags: readonly string[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(
    tags.map((tag) => {
      const equals = tag.indexOf('=');
      if (equals < 1) throw usageError(`--tag is ${tag}.`, 'Write it like this: --tag dataset=small.');
      return [tag.slice(0, equals), tag.slice(equals + 1)];
    }),
  );
}
