// Stands in the bundle of `lintel mcp` for a validator that it never uses.
export const Ajv = undefined;
export default undefined;
