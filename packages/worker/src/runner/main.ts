import { AsyncLocalStorage } from 'node:async_hooks';
import { CALL, CONTEXT, FILES, WORKER, readGlobal, setGlobal } from '../runtime/brands.ts';
import type { RunnerStart } from './channel.ts';
import { sayLastWords } from './last-words.ts';
import { Runner } from './runner.ts';
import { RunnerChannel } from './runner-channel.ts';
import { makeOutputSynchronous } from './synchronous-output.ts';
import type { TaskScope } from './task-scope.ts';
import { trustCertificates } from './certificates.ts';

const channelDescriptor = 3;

// Without its supervisor a runner has nobody to work for.
const channel = new RunnerChannel(channelDescriptor, () => process.exit());
channel.send({ type: 'ready', pid: process.pid });

const start = JSON.parse(process.argv[2] ?? '') as RunnerStart;
const context = readGlobal<AsyncLocalStorage<TaskScope>>(CONTEXT) ?? new AsyncLocalStorage<TaskScope>();
const runner = new Runner(start, context, (message) => channel.send(message));
setGlobal(CONTEXT, context);
setGlobal(CALL, runner.call);
setGlobal(FILES, runner.files);
setGlobal(WORKER, runner);

makeOutputSynchronous();
sayLastWords(channel, runner);
channel.listen((message) => runner.receive(message));
if (start.certificates !== undefined) trustCertificates(start.certificates);
