// What the benchmark of Docker and of folders runs and builds. Each round has images that nobody has built before.
import { Image, TaskEnvironment } from 'ambit';

const { AMBIT_BENCH_ROUND: round = '0', AMBIT_BENCH_FOLDER: folder = '.' } = process.env;

const box = new TaskEnvironment({ name: 'box_env', image: 'busybox:latest' });
export const nothing = box.task('nothing', () => 0);

/** The three images of af2. */
const fresh = (name: string): Image => Image.fromDebianBase().withEnv({ AMBIT_BENCH: `${round} ${name}` });
const fold = (base: Image): Image => base.withNpmPackages('nanoid@5.1.6');
const main = (base: Image): Image => fold(base).withNpmPackages('fasta-js@1.0.1');
const msa = (base: Image): Image => base.withNpmPackages('fasta-js@1.0.1').withNpmPackages('nanoid@2.1.11');
const environment = (name: string, image: Image): TaskEnvironment => new TaskEnvironment({ name, image });

const shared = fresh('graph');
export const graphFold = environment('graph_fold', fold(shared));
export const graphMain = environment('graph_main', main(shared));
export const graphMsa = environment('graph_msa', msa(shared));

export const apartFold = environment('apart_fold', fold(fresh('fold')));
export const apartMain = environment('apart_main', main(fresh('main')));
export const apartMsa = environment('apart_msa', msa(fresh('msa')));

export const bare = environment('bare_env', Image.fromDebianBase());
export const withFolder = environment('folder_env', Image.fromDebianBase().withSource(folder, 'data'));
