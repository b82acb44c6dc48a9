import { readText } from '@ambit/plugin-api';
import type { Machine } from '@ambit/plugin-api';
import type { Surroundings } from '../daemon/docker-config.ts';
import { ENVIRONMENT } from './setting.ts';
import type { Setting } from './setting.ts';

/** Where settings of a user are looked for. */
export interface UserPlace extends Surroundings {
  readonly machine: Machine;
}

/** A file's text; nothing where it cannot be read, as installers take it. */
export async function textIn(file: string, { machine }: UserPlace, signal: AbortSignal): Promise<string> {
  try {
    return (await readText(machine, file, signal)) ?? '';
  } catch {
    signal.throwIfAborted();
    return '';
  }
}

/** A variable that is empty says nothing. */
export function variable({ env }: Pick<UserPlace, 'env'>, name: string): Setting | undefined {
  const value = env[name];
  return value ? { name, from: ENVIRONMENT, value } : undefined;
}
