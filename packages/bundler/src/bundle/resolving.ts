/** As Node resolves, and as loading does. */
export const RESOLVING = { mainFields: ['main'], conditions: [], nodePaths: [] };
