import type { Command } from 'commander';

/** The words behind FILE: the target is the first that is neither a flag of Ambit nor the value of one. */
export interface SplitWords {
  readonly target?: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Ambit's flags as far as they can be understood before the task is known. */
  readonly flags: Command;
}

export function splitWords(words: readonly string[], flags: Command): SplitWords {
  const index = targetIndex(words, flags);
  const before = index === undefined ? words : words.slice(0, index);
  const after = index === undefined ? [] : words.slice(index + 1);
  const understood = flags
    .allowUnknownOption()
    .allowExcessArguments()
    .exitOverride()
    .helpOption(false)
    .configureOutput({ writeErr: () => undefined, outputError: () => undefined });
  understood.parse([...before, ...after], { from: 'user' });
  return { before, after, flags: understood, ...(index !== undefined && { target: words[index]! }) };
}

function targetIndex(words: readonly string[], { options }: Command): number | undefined {
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index]!;
    if (!word.startsWith('-') || word === '-') return index;
    const option = options.find(({ long, short }) => word === long || word === short);
    // A flag of the task: without a target before it, the task is the only one.
    if (!option && !options.some(({ long }) => word.startsWith(`${long}=`))) return undefined;
    if (option?.required) index += 1;
  }
  return undefined;
}
