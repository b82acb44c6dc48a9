import { AmbitError } from '@ambit/plugin-api';
import type { Machine } from '@ambit/plugin-api';

/** What a machine lacks, and how that is mended. */
export function missingProgram(machine: Machine, program: string, cause?: unknown): AmbitError {
  const facts = { machine: machine.id, program };
  switch (program) {
    case 'npm':
      return new AmbitError('AMBIT_BUILD_NO_NPM', 'There is no npm on the PATH, and an image with npm packages was to be made.', {
        hint: 'Install npm, which comes with Node, or build with another builder.',
        facts,
        cause,
      });
    case 'uv':
      return new AmbitError('AMBIT_BUILD_NO_UV', 'There is no uv on the PATH, and an image with a uv project was to be made.', {
        hint: 'Install uv (https://docs.astral.sh/uv), or build with a builder of containers.',
        facts,
        cause,
      });
    case 'node':
      return new AmbitError('AMBIT_BUILD_NO_NODE', 'There is no Node on the PATH of the machine where an image was to be made.', {
        hint: 'Install Node there, or build with a builder of containers.',
        facts,
        cause,
      });
    default:
      return noPython(machine, `There is no ${program}`, cause);
  }
}

export function noPython(machine: Machine, why: string, cause?: unknown): AmbitError {
  return new AmbitError('AMBIT_BUILD_NO_PYTHON', `${why}, and an image with Python packages was to be made.`, {
    hint: 'Install Python 3, and have python3 on the PATH; or build with a builder of containers.',
    facts: { machine: machine.id },
    cause,
  });
}

export function noVenv(machine: Machine, { version }: { readonly version: string }): AmbitError {
  return new AmbitError('AMBIT_BUILD_NO_VENV', `Python ${version} of this machine cannot make virtual environments, and there is no uv.`, {
    hint: 'Install its module venv (python3-venv on Debian and Ubuntu), or uv.',
    facts: { machine: machine.id, version },
  });
}

export function saysNoSpace(log: string): boolean {
  return /\bENOSPC\b|\bEDQUOT\b|no space left on device|disk quota exceeded/i.test(log);
}

export function noSpace(place: string, log: string): AmbitError {
  return new AmbitError('AMBIT_BUILD_NO_SPACE', `There is no space left on the disk for ${place}.`, {
    hint: 'Make room on that disk, or name a cache folder on another one in AMBIT_CACHE.',
    facts: { path: place, log },
  });
}

/** The disk, not an installer, is to blame. */
export function brokenMaking(place: string, { code, message }: { readonly code: string; readonly message: string }): AmbitError {
  if (saysNoSpace(code)) return noSpace(place, message);
  const why = /^E(ROFS|ACCES|PERM)$/.test(code) ? `the cache folder may not be written to (${code})` : message;
  return new AmbitError('AMBIT_BUILD_NOT_STORED', `${place} could not be made: ${why}.`, {
    hint: 'Correct owner and rights of the cache folder, or name another one in AMBIT_CACHE.',
    facts: { path: place, reason: message },
  });
}

/** An error of the file system that a machine's `write` gave; any other as it is. */
export function storageError(place: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  const isOfDisk = code !== undefined && /^E(NOSPC|DQUOT|ROFS|ACCES|PERM|NOTDIR|EXIST|ISDIR|IO|NAMETOOLONG)$/.test(code);
  return isOfDisk ? brokenMaking(place, { code, message }) : error;
}
