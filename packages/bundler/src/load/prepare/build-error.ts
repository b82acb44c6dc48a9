import { transform } from 'esbuild';
import type { BuildFailure, Message } from 'esbuild';
import { AmbitError } from '@ambit/plugin-api';
import { restack } from '../load-error.ts';

/** What esbuild says is wrong with the user's files, at the first place. `sourceOf` gives a file as it is on disk. */
export async function buildError(failure: unknown, entry: string, sourceOf: (name: string) => string | undefined): Promise<AmbitError> {
  const message = (failure as Partial<BuildFailure> | undefined)?.errors?.[0];
  if (!message || message.pluginName !== '') return unexpected(failure, entry);
  const { location, text } = message;
  const at = location ? `${location.file}:${location.line}` : entry;
  if (text.startsWith('Cannot read ')) return unreadable(text, at, failure);
  const isImport = /^(Could not resolve|No matching export|No loader is configured|Do not know how to load)/.test(text);
  const error = isImport ? importError(text, at, failure) : syntaxError(await unmarked(message, sourceOf), entry, failure);
  restack(error, []);
  return error;
}

/** Marks move what comes after them in a line: asked again of the code as written, esbuild names the right column. */
async function unmarked(message: Message, sourceOf: (name: string) => string | undefined): Promise<Message> {
  const file = message.location?.file ?? '';
  const source = sourceOf(file);
  if (source === undefined) return message;
  const loader = /\.[cm]?(tsx?|jsx?)$/.exec(file)?.[1] as 'ts' | 'tsx' | 'js' | 'jsx';
  const again = await transform(source, { loader, sourcefile: file, logLevel: 'silent' }).catch((failure: unknown) => failure);
  return (again as Partial<BuildFailure>).errors?.[0] ?? message;
}

function unreadable(text: string, at: string, cause: unknown): AmbitError {
  return new AmbitError('AMBIT_LOAD_FAILED', `${at} cannot be loaded: ${text}.`, {
    hint: 'Check the owner and the rights of what it names.',
    facts: { at },
    cause,
  });
}

function importError(text: string, at: string, cause: unknown): AmbitError {
  return new AmbitError('AMBIT_LOAD_IMPORT', `${at} imports what cannot be found: ${text}.`, {
    hint: 'Correct the path or the name of the import.',
    facts: { at },
    cause,
  });
}

function syntaxError({ text, location }: Message, entry: string, cause: unknown): AmbitError {
  const at = location ? `${location.file}:${location.line}` : entry;
  const line = location?.lineText.trim() ?? '';
  const shown = location ? `${at}:${location.column + 1}` : at;
  return new AmbitError('AMBIT_LOAD_SYNTAX', `${shown} cannot be read: ${text}${line === '' ? '' : `, in: ${line}`}`, {
    hint: 'Correct the code at this place.',
    facts: { at },
    cause,
  });
}

function unexpected(cause: unknown, entry: string): AmbitError {
  return new AmbitError('AMBIT_LOAD_FAILED', `${entry} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`, {
    hint: 'Check that esbuild can run on this machine.',
    cause,
  });
}
