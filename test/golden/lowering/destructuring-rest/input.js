const [head, ...tail] = 'text';
say(head, tail.join('-'));
const [, ...large] = new Uint8Array([1, 2, 3]);
say(large.map((x) => x * 300).join());
let first, rest;
[first, ...rest] = 'xyz';
say(first, rest.join());
function others() {
  const [, ...given] = arguments;
  return given.join('/');
}
say(others(1, 2, 3));
const [word, ...words] = 'a b c'.split(' ');
words.push('d');
say(word, words.join());
