import { pathToFileURL } from 'node:url';
import { AmbitError } from '@ambit/plugin-api';
import { failedOutcome } from './failed-outcome.ts';
import type { FailedOutcome } from './failed-outcome.ts';

interface SourceMapSupport {
  readonly setSourceMapsSupport?: (enabled: boolean, options: { readonly nodeModules: boolean; readonly generatedCode: boolean }) => void;
}

/** Runs the bundle's module, which defines its tasks. Answers why that failed. */
export async function loadBundle(entry: string, environment: string): Promise<FailedOutcome | undefined> {
  try {
    showSources();
    await import(pathToFileURL(entry).href);
    return undefined;
  } catch (thrown) {
    const missing = missingPackage(thrown);
    if (missing === undefined) return failedOutcome('user', 'AMBIT_BUNDLE_FAILED', thrown);
    return failedOutcome('configuration', 'AMBIT_PACKAGE_MISSING', packageMissing(missing, environment, thrown));
  }
}

/** Stacks show the user's files. Node 20 reads the maps of packages for that too; later ones leave them out. */
function showSources(): void {
  const { setSourceMapsSupport } = process.getBuiltinModule('node:module') as SourceMapSupport;
  if (setSourceMapsSupport) setSourceMapsSupport(true, { nodeModules: false, generatedCode: false });
  else process.setSourceMapsEnabled(true);
}

/** The name, where a package was not found; files and built-in modules are something else. */
function missingPackage(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const { code } = thrown as NodeJS.ErrnoException;
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') return undefined;
  return /^Cannot find (?:package|module) '((?:@[^/'\s]+\/)?[^./#@:'\s][^/:'\s]*)(?:\/[^']*)?'/.exec(thrown.message)?.[1];
}

function packageMissing(name: string, environment: string, cause: unknown): AmbitError {
  return new AmbitError(
    'AMBIT_PACKAGE_MISSING',
    `The image of environment ${environment} has no package ${name}, which its code imports.`,
    {
      hint: `Add it to the image of ${environment}: image.withNpmPackages('${name}').`,
      facts: { package: name, environment },
      cause,
    },
  );
}
