const sum = (...list) => list.reduce((x, y) => x + y, 0);
const owner = { base: 10, add(...list) { return this.base + sum(...list); } };
say(sum(...[1, 2], 3, ...[4]), owner.add(...[1, 2]), Math.max(...[3, 9, 2]));
class Pair { constructor(a, b) { this.text = a + '/' + b; } }
say(new Pair(...['x', 'y']).text);
