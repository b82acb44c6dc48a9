import { memoryMachine, recordingLogger } from '@ambit/testkit';
import type { LogEntry } from '@ambit/testkit';
import type { InstallerSettings } from '@ambit/plugin-api';
import { UserSettings } from '../../src/settings/user-settings.ts';
import { contextOf } from '../builder/rendered-request.ts';

export const HOME = '/home/me';
export const TARGET = '/in/build';

export function certificate(name: string): string {
  return `-----BEGIN CERTIFICATE-----\n${name}\n-----END CERTIFICATE-----\n`;
}

export interface Given {
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

export interface Gathered {
  /** By their names in the folder of the installer. */
  readonly files: Readonly<Record<string, string>>;
  readonly warnings: readonly LogEntry[];
  /** Everything that is sent. */
  readonly tar: string;
}

/** What a build is given of what a user has set up. */
export async function gathered(installer: InstallerSettings['installer'], { env = {}, files = {} }: Given): Promise<Gathered> {
  const machine = memoryMachine();
  for (const [path, text] of Object.entries(files)) machine.files.set(path, Buffer.from(text));
  const log = recordingLogger();
  const settings = new UserSettings({ env, home: HOME, machine }, log);
  const step = { dockerfile: 'Dockerfile', context: contextOf('FROM scratch\n'), args: {}, instructions: [] };
  const folder = `settings/${installer}`;
  const sent = await settings.context({ ...step, settings: [{ installer, folder, target: TARGET }] }, new AbortController().signal);
  const chunks: Uint8Array[] = [];
  for await (const chunk of sent) chunks.push(chunk);
  const tar = Buffer.concat(chunks);
  const own = Object.entries(filesIn(tar)).filter(([path]) => path.startsWith(`${folder}/`));
  return {
    files: Object.fromEntries(own.map(([path, text]) => [path.slice(folder.length + 1), text])),
    warnings: log.entries,
    tar: tar.toString('latin1'),
  };
}

/** The files of a tar with short names. */
function filesIn(tar: Buffer): Record<string, string> {
  const found: Record<string, string> = {};
  for (let at = 0; tar[at] !== 0;) {
    const text = (from: number, length: number): string => tar.toString('utf8', at + from, at + from + length).replace(/\0.*$/s, '');
    const size = Number.parseInt(text(124, 12), 8);
    found[text(0, 100)] = tar.toString('utf8', at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return found;
}
