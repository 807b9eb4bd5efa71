const kind = (value) => {
  switch (typeof value) {
    case 'number': case 'boolean': return 'simple';
    case 'object': { const isNull = value === null; if (isNull) return 'null'; }
    case 'function': return 'thing';
    default: return 'other';
  }
};
say(kind(1), kind(null), kind({}), kind(say), kind('x'));
for (const i of [1, 2, 3]) { switch (i) { case 2: continue; case 3: break; default: say('default ' + i); } say('after ' + i); }
