const name = 'world';
const nested = (x) => `<${x}>`;
say(`hello ${name}, ${1 + 1} ${nested(`in ${name}`)}`, `a
b`, `\${name} \``);
