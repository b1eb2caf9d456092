import { defineConfig } from 'vitest/config';

/** Unit tests that take their time: thousands of random texts and edits, or a process for every question. */
const LONG = [
  'cli/**/*.test.ts',
  '**/{hostile,hostile-input,many-statements,edits,reference,bad-input,new-dialect,every-requirement}.test.ts',
].map((pattern) => `test/unit/${pattern}`);

export default defineConfig({
  test: {
    globalSetup: 'test/global-setup.ts',
    exclude: ['**/node_modules/**'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    // Vitest would leave one processor to itself, which sleeps while tests run.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        // What `npm run check` runs.
        test: {
          name: 'unit',
          include: ['test/{unit,fuzz}/**/*.test.ts'],
          exclude: LONG,
          // No test leaves anything behind, so modules are loaded once a worker.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'long',
          include: [...LONG, 'test/{conformance,package,protocol}/**/*.test.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        // One window at a time, and nothing beside it: each is a browser, most with a server and an extension host.
        test: {
          name: 'vscode',
          include: ['test/{vscode,docs}/**/*.test.ts'],
          sequence: { groupOrder: 1 },
          maxWorkers: 1,
        },
      },
    ],
  },
});
