/** The name under which a loaded module has its mark. */
export const markName = '__ambit';

/** What is called before anything else of a loaded module runs. */
export const markBanner = `const ${markName} = globalThis[Symbol.for('ambit.at/1')](import.meta.url);`;
