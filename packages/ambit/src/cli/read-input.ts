import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { invalid, jsonOf, shown } from './written-value.ts';

/** The JSON that `--input` names: a file, or what comes in at standard input. */
export async function readInput(input: string): Promise<unknown> {
  if (input !== '-' && !input.startsWith('@')) throw invalid('--input', `is ${shown(input)}`, 'Write @file.json, or - for standard input.');
  const content = await (input === '-' ? text(process.stdin) : readFile(input.slice(1), 'utf8')).catch((error: unknown) => {
    throw invalid('--input', `cannot be read: ${(error as Error).message}`, 'Correct the path.');
  });
  return jsonOf('--input', content.replace(/^\uFEFF/, ''), 'Correct what it holds: a list of arguments, or an object by parameter name.');
}
