// A part of its own, which is loaded when a file is first written: with it come modules of Node.js that nothing else needs.

export { default as writeFileAtomic } from 'write-file-atomic';
