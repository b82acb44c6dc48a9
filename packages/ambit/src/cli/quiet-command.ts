import type { Command } from 'commander';
import { openTerminal } from './terminal.ts';

/** Wrong uses are told in our way, help goes where results go, and nothing ends the process. */
export function quietly(command: Command): Command {
  command.exitOverride().configureOutput({ outputError: () => undefined, writeOut });
  command.helpOption('-h, --help', 'this help');
  if (command.commands.length > 0) command.helpCommand('help [command]', 'the help of a command');
  command.commands.forEach(quietly);
  return command;
}

function writeOut(text: string): void {
  openTerminal({ color: true, verbosity: 'normal' }).out(text.replace(/\n$/, ''));
}
