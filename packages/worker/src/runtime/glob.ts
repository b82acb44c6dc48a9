import { AmbitError } from '@ambit/plugin-api';

/** The paths that a glob means: `*` and `?` within a step, `**` over steps, `{a,b}`, `[a-z]` and `[!a-z]`; `\` takes the next sign as it is. */
export function globPattern(glob: string): RegExp {
  let pattern = '';
  let open = 0;
  for (let at = 0; at < glob.length; at += 1) {
    const rest = glob.slice(at);
    const set = /^\[(!?)([^\]\\/]+)\]/.exec(rest);
    const sign = glob[at]!;
    if (/^\*\*(\/|$)/.test(rest) && (at === 0 || glob[at - 1] === '/')) {
      pattern += rest.startsWith('**/') ? '(?:[^/]+/)*' : '.*';
      at += rest.startsWith('**/') ? 2 : 1;
    } else if (set) {
      pattern += `(?!/)[${set[1] === '' ? '' : '^'}${set[2]!.replace(/[[^]/g, '\\$&')}]`;
      at += set[0].length - 1;
    } else if (sign === '*') pattern += '[^/]*';
    else if (sign === '?') pattern += '[^/]';
    else if (sign === '{' && rest.includes('}')) [pattern, open] = [`${pattern}(?:`, open + 1];
    else if (sign === '}' && open > 0) [pattern, open] = [`${pattern})`, open - 1];
    else if (sign === ',' && open > 0) pattern += '|';
    else {
      if (sign === '\\' && at + 1 < glob.length) at += 1;
      pattern += glob[at]!.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    }
  }
  try {
    return new RegExp(`^${pattern}$`, 's');
  } catch (cause) {
    throw new AmbitError('AMBIT_DIRECTORY_GLOB', `"${glob}" is no pattern of paths.`, {
      hint: 'Close each brace, and write ranges upwards: *.{fq,fa}, [a-z]*.',
      facts: { glob },
      cause,
    });
  }
}
