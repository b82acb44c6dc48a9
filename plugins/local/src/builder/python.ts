import type { Machine } from '@ambit/plugin-api';
import { noPython } from './making-errors.ts';

/** A Python from which environments can be made. */
export interface Python {
  readonly version: string;
  /** As in the names of wheels: `cp311`. */
  readonly tag: string;
  /** Absolute; of the installation itself, and not a link that means another version some day. */
  readonly executable: string;
  readonly hasVenv: boolean;
  readonly hasEnsurepip: boolean;
  /** Of its pip, where it has one. */
  readonly pip: string | null;
  /** What the user's settings of pip say, and uv does not read. */
  readonly pipSettings: { readonly index?: string; readonly extra?: string; readonly cert?: string; readonly proxy?: string };
  /** The user has told uv of indexes. */
  readonly hasUvSettings: boolean;
}

const probe = `
import configparser, json, os, sys
from importlib.util import find_spec

env = os.environ
home = os.path.expanduser('~')
config = env.get('XDG_CONFIG_HOME') or os.path.join(home, '.config')
files = ['/etc/xdg/pip/pip.conf', '/etc/pip.conf', home + '/Library/Application Support/pip/pip.conf',
         home + '/.pip/pip.conf', config + '/pip/pip.conf']
settings = {}
for file in files + [env.get('PIP_CONFIG_FILE', os.devnull)]:
    parser = configparser.RawConfigParser()
    try:
        parser.read(file, encoding='utf-8')
    except (configparser.Error, UnicodeDecodeError):
        continue
    for section in ('global', 'install'):
        if parser.has_section(section):
            settings.update(parser.items(section))

def setting(name):
    value = env.get('PIP_' + name.upper().replace('-', '_')) or settings.get(name) or settings.get(name.replace('-', '_'))
    return ' '.join(value.split()) if value else None

pip = None
if find_spec('pip'):
    import pip as found
    pip = getattr(found, '__version__', None)
tag = {'cpython': 'cp', 'pypy': 'pp'}.get(sys.implementation.name, sys.implementation.name)
uv = any(name.startswith('UV_') and 'INDEX' in name for name in env)
print(json.dumps({
    'version': '.'.join(map(str, sys.version_info[:3])),
    'tag': tag + '%d%d' % sys.version_info[:2] + getattr(sys, 'abiflags', ''),
    'executable': os.path.realpath(getattr(sys, '_base_executable', None) or sys.executable),
    'hasVenv': bool(find_spec('venv')),
    'hasEnsurepip': bool(find_spec('ensurepip')),
    'pip': pip,
    'pipSettings': {key: value for key, value in
                    (('index', setting('index-url')), ('extra', setting('extra-index-url')), ('cert', setting('cert')),
                     ('proxy', setting('proxy'))) if value},
    'hasUvSettings': uv or any(map(os.path.exists, (config + '/uv/uv.toml', '/etc/uv/uv.toml', '/etc/xdg/uv/uv.toml'))),
}))
`;

/** The Pythons of machines, each asked for once: it takes a process. */
export class Pythons {
  readonly #found = new Map<string, Python>();

  /** The machine's `python3`; where it has none, one that uv knows of. */
  async of(machine: Machine, signal: AbortSignal): Promise<Python> {
    const known = this.#found.get(machine.id);
    if (known) return known;
    const python = await findPython(machine, signal);
    this.#found.set(machine.id, python);
    return python;
  }
}

async function findPython(machine: Machine, signal: AbortSignal): Promise<Python> {
  const own = await ask(machine, 'python3', signal);
  if (typeof own !== 'string') return own;
  const executable = await output(machine, ['uv', 'python', 'find', '--no-project', '--no-python-downloads'], signal);
  const managed = 'text' in executable ? await ask(machine, executable.text.trim(), signal) : undefined;
  if (typeof managed === 'object') return managed;
  throw noPython(machine, own === '' ? 'There is no python3 on the PATH' : `The python3 on the PATH does not run: ${own}`);
}

/** The Python, or what is wrong with it: nothing, where it is not there. */
async function ask(machine: Machine, program: string, signal: AbortSignal): Promise<Python | string> {
  const answer = await output(machine, [program, '-c', probe], signal);
  if (!('text' in answer)) return answer.error;
  try {
    return JSON.parse(answer.text) as Python;
  } catch {
    return answer.text.trim() || 'it says nothing';
  }
}

async function output(
  machine: Machine,
  command: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly text: string } | { readonly error: string }> {
  try {
    const { code, stdout, stderr } = await machine.run(command, { signal });
    const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
    return code === 0 ? { text: text(stdout) } : { error: text(stderr).trim() || `it ended with exit code ${code}` };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    signal.throwIfAborted();
    return { error: code === 'ENOENT' ? '' : message };
  }
}
