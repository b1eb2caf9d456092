// Generates the validators and the catalog data before the tests.
import { generate } from '../scripts/generate.mjs';

/** Every test file needs the generated validators and catalog data; they are made once for a run. */
export default async function setup(): Promise<void> {
  await generate();
}
