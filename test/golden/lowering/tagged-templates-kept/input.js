const tag = (strings, ...values) => strings.raw.join('|') + '#' + strings.join('|') + '#' + values.join();
say(tag`grün ${1}é\n${(2, 3)}`);
const same = (strings) => strings;
const site = () => same`x`;
say(site() === site(), site() === same`x`);
const object = { p: 'P', tag(strings) { return this.p + strings[0]; } };
say(object.tag`own`, object['tag']`computed`);
say(tag`a${tag`b${'c'}`}d`);
say(((strings) => strings[0] === undefined && strings.raw[0])`\unicode`);
function Maker() {
  return function () { this.made = true; };
}
say(new (Maker`x`)().made);
