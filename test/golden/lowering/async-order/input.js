const trail = [];
const step = async (name) => { trail.push(name + 1); await undefined; trail.push(name + 2); return name; };
Promise.all([step('a'), step('b')]).then((both) => say(trail.join(), both.join()));
say(trail.join());
