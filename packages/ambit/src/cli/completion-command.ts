import { didYouMean } from '@ambit/core';
import { EXIT } from './exit-code.ts';
import type { Invocation } from './invocation.ts';
import { usageError } from './usage-error.ts';

/**
 * What a shell runs at Tab: `ambit __complete WORD…`, the last word being the one under the cursor. It prints a candidate per
 * line, with what it is behind a tab; a line `:files` asks the shell for files.
 */
const scripts = {
  bash: `_ambit() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    case "$line" in
      :files) compopt -o filenames 2>/dev/null; while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}") ;;
      *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <(ambit __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _ambit ambit`,
  zsh: `#compdef ambit
_ambit() {
  local line wantsFiles
  local -a found
  while IFS= read -r line; do
    if [[ "$line" == ":files" ]]; then wantsFiles=1
    elif [[ "$line" == *$'\\t'* ]]; then found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    else found+=("\${line//:/\\\\:}")
    fi
  done < <(ambit __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( \${#found} )) && _describe ambit found
  [[ -n "$wantsFiles" ]] && _files
}
compdef _ambit ambit`,
  fish: `function __ambit_complete
  set -l words (commandline -opc) (commandline -ct)
  for line in (ambit __complete $words[2..] 2>/dev/null)
    if test "$line" = ":files"
      __fish_complete_path (commandline -ct)
    else
      echo $line
    end
  end
end
complete -c ambit -f -a '(__ambit_complete)'`,
} as const;

/** `ambit completion SHELL`. */
export async function completionCommand({ terminal, words }: Invocation): Promise<number> {
  const [shell = ''] = words;
  if (!isShell(shell)) {
    const known = Object.keys(scripts);
    throw usageError(`There is no completion for ${shell}.${didYouMean(shell, known)}`, `Use one of: ${known.join(', ')}.`);
  }
  terminal.out(scripts[shell]);
  return EXIT.ok;
}

function isShell(word: string): word is keyof typeof scripts {
  return Object.hasOwn(scripts, word);
}
