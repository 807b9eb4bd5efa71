var kind = function (value) {
    switch (typeof value) {
        case 'number':
        case 'boolean': return 'simple';
        case 'object': {
            var isNull = value === null;
            if (isNull)
                return 'null';
        }
        case 'function': return 'thing';
        default: return 'other';
    }
};
say(kind(1), kind(null), kind({}), kind(say), kind('x'));
for (var _i = 0, _a = [1, 2, 3]; _i < _a.length; _i++) {
    var i = _a[_i];
    switch (i) {
        case 2: continue;
        case 3: break;
        default: say('default ' + i);
    }
    say('after ' + i);
}
