import type { Setting } from './setting.ts';

export interface PipSection {
  readonly section: string;
  /** By their names in pip's own spelling. */
  readonly settings: ReadonlyMap<string, Setting>;
}

/** The sections of a file of pip's. A line that is indented goes on with the one before. */
export function pipSections(text: string, from: string): readonly PipSection[] {
  const found: { section: string; settings: Map<string, Setting> }[] = [];
  let name: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*([#;]|$)/.test(line)) continue;
    const section = /^\[([^\]]+)\]/.exec(line)?.[1];
    if (section !== undefined) found.push({ section, settings: new Map() });
    const settings = found.at(-1)?.settings;
    const before = name === undefined ? undefined : settings?.get(name);
    if (/^\s/.test(line) && name !== undefined && before)
      settings?.set(name, { ...before, value: `${before.value} ${line.trim()}`.trim() });
    else name = section === undefined ? taken(line.trim(), from, settings) : undefined;
  }
  return found;
}

/** The name of what a line says. */
function taken(line: string, from: string, settings: Map<string, Setting> | undefined): string | undefined {
  const [, written, value = ''] = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(line) ?? [];
  const name = written?.toLowerCase().replaceAll('_', '-');
  if (name !== undefined) settings?.set(name, { name, from, value });
  return name;
}
