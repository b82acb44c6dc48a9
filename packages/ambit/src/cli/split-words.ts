import type { Command } from 'commander';
import { saidOptions, understandable } from './global-flags.ts';
import type { Said } from './global-flags.ts';

/** The words behind FILE: the target is the first that is neither a flag of Ambit nor the value of one. */
export interface SplitWords {
  readonly target?: string;
  /** Flags that stand before the target: Ambit's, whatever parameters the task has. */
  readonly before: Said;
  /** What stands behind it; all where there is none. */
  readonly words: readonly string[];
  /** Ambit's flags as far as they can be understood before the task is known. */
  readonly said: Said;
}

export function splitWords(words: readonly string[], flags: Command): SplitWords {
  const index = targetIndex(words, flags);
  if (index === undefined) return { words, before: {}, said: understood(words, flags) };
  const [first, behind] = [words.slice(0, index), words.slice(index + 1)];
  const before = understood(first, flags);
  return { target: words[index]!, words: behind, before, said: { ...before, ...understood(behind, flags) } };
}

function understood(words: readonly string[], flags: Command): Said {
  const lenient = flags.allowUnknownOption().allowExcessArguments().exitOverride().helpOption(false);
  try {
    lenient.configureOutput({ outputError: () => undefined }).parse(understandable(words), { from: 'user' });
  } catch {
    // What is wrong is told when the task is known: the words may be its own.
  }
  return saidOptions(lenient);
}

function targetIndex(words: readonly string[], { options }: Command): number | undefined {
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index]!;
    if (word === '--') return undefined;
    if (!word.startsWith('-') || word === '-') return index;
    const option = options.find(({ long, short }) => word === long || word === short);
    // A flag of the task: without a target before it, the task is the only one.
    if (!option && word !== '--json=events' && !options.some(({ long }) => word.startsWith(`${long}=`))) return undefined;
    if (option?.required) index += 1;
  }
  return undefined;
}
