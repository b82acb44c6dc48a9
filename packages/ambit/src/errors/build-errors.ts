import { entry } from './entry.ts';
import type { CatalogueEntry } from './entry.ts';

/** Building images. */
export const builds: Readonly<Record<string, CatalogueEntry>> = {
  AMBIT_BUILD_FAILED: entry(
    'A step of an image failed; the message has its command, and the end of its log follows.',
    'Read the end of the log, and correct the layer.',
  ),
  AMBIT_BUILD_NO_NPM: entry(
    'An image with npm packages was to be made, and there is no npm.',
    'Install npm, which comes with Node, or choose another builder.',
  ),
  AMBIT_BUILD_NOT_STORED: entry(
    'What was installed could not be put into the cache folder.',
    'Check the owner and the space of the cache folder.',
  ),
  AMBIT_BUILD_UNSUPPORTED_LAYER: entry(
    'A builder was given a layer that it cannot realise.',
    'Choose another builder, or change the layer.',
  ),
  AMBIT_BUILD_LINE_TOO_LONG: entry(
    'A layer is longer than a line of a Dockerfile can be.',
    'Split the layer; put a long script into a file, copy it with withSource(), and call it.',
  ),
  AMBIT_BUILD_FILES_CHANGED: entry('A file that an image copies was edited or deleted since the plan.', 'Plan again.'),
  AMBIT_BUILD_NO_SPACE: entry(
    'The disk of the cache folder, or of the Docker engine, is full.',
    'Make room (docker builder prune), or set AMBIT_CACHE.',
  ),
  AMBIT_BUILD_BASE_MISSING: entry('The image that another stands on cannot be pulled.', 'Correct its name, or log in to its registry.'),
  AMBIT_BUILD_PUSH_DENIED: entry('The registry refuses the login with which a built image was to be pushed.', 'Log in, or correct it.'),
  AMBIT_BUILD_PUSH_FAILED: entry('A built image could not be pushed.', 'See that the registry can be reached; what is built is kept.'),
  AMBIT_BUILD_PLATFORM: entry('An image is for another platform than the engine builds for.', 'Use an engine of that platform.'),
  AMBIT_BUILD_PARENT_GONE: entry('The image that another is built on was deleted meanwhile.', 'Run again.'),
  AMBIT_BUILD_NOT_RENDERED: entry('A builder of containers was given an image without a Dockerfile.', 'Report it: it is a bug.'),
  AMBIT_BUILD_NO_NODE: entry('There is no Node on the PATH of the machine that builds.', 'Install it there.'),
  AMBIT_BUILD_NO_PYTHON: entry('An image with Python packages was to be made, and there is no python3 that runs.', 'Install Python 3.'),
  AMBIT_BUILD_NO_VENV: entry('Python cannot make virtual environments, and there is no uv.', 'Install python3-venv or uv.'),
  AMBIT_BUILD_NO_UV: entry('An image with a uv project was to be made, and there is no uv.', 'Install uv.'),
  AMBIT_BUILD_OTHER_NODE: entry(
    'An image asks for another major version of Node than this machine has.',
    'Have that one, or ask for this one.',
  ),
  AMBIT_BUILD_OTHER_PYTHON: entry(
    'An image asks for another minor version of Python than this machine has.',
    'Have that one, or ask for this one.',
  ),
  AMBIT_BUILD_TWO_PROJECTS: entry('An image has two npm projects.', 'Make one project of them.'),
  AMBIT_FILES_LOCAL_REQUIREMENT: entry('A requirements file installs from the disk.', 'Name a package of an index, or use withSource().'),
  AMBIT_FILES_MISSING: entry('A file that an image is made from is not there.', 'Correct the path.'),
  AMBIT_FILES_UNREADABLE: entry('A file that an image is made from cannot be read.', 'Make it readable for you.'),
  AMBIT_FILES_LINK_OUTSIDE: entry(
    'A folder that an image copies has a link that leads out of it.',
    'Remove the link, or copy what it leads to.',
  ),
};
