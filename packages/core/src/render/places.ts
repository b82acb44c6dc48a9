/** Where the parts of a container's image lie. */
export const NPM = '/opt/ambit/npm';
export const NODE_MODULES = `${NPM}/node_modules`;
export const VENV = '/opt/ambit/venv';
/** Node, where the base has none. */
export const NODE = '/opt/ambit/node';
/** Packages of the user's own that npm installs from a folder or a file. */
export const PACKAGES = '/opt/ambit/packages';
export const MANIFEST = '/opt/ambit/image.json';
/** What installers read while an image is built; not in the image, or removed. */
export const BUILD = '/opt/ambit/build';
/** The user's settings of an installer, while it runs; mounted where the builder has mounts, and nowhere else. */
export const SETTINGS = '/opt/ambit/settings';
/** Of installers; a cache of the builder, or removed. */
export const CACHE = '/opt/ambit/cache';
/** Where tasks work, if files are copied to "the workdir" and nobody said which that is. */
export const WORKDIR = '/workspace';
