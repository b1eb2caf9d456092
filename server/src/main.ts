// The language server, in one bundle for the desktop and for browsers: only what its host needs is executed.

if ('importScripts' in globalThis) void import('./main-browser.js');
else void import('./main-node.js');
