export { buildCommand } from './build-command.ts';
export { planCommand } from './plan-command.ts';
export { runCommand } from './run-command.ts';
