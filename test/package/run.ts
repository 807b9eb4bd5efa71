/** `npm run test:package`: the tests of the packed tarball, with their full volume. */
process.env.RPROC_VOLUME = 'full';
process.argv.push('^test/package/');
await import('../run.js');

export {};
