import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: 'test/global-setup.ts',
    exclude: ['**/node_modules/**'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'engine',
          include: ['test/{unit,conformance,protocol}/**/*.test.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        // One window at a time, and nothing beside it: each is a server, a browser and an extension host.
        test: { name: 'vscode', include: ['test/vscode/**/*.test.ts'], sequence: { groupOrder: 1 }, maxWorkers: 1 },
      },
    ],
  },
});
