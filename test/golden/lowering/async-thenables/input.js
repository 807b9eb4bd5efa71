const later = { then(resolve) { say('asked'); resolve('value'); } };
(async () => { say(await later, await 5); })().catch((error) => say('failed ' + error));
(async (a = 1, ...rest) => { say(a, rest.length, await (async () => { throw new TypeError('in vain'); })().catch(String)); })(2, 3);
